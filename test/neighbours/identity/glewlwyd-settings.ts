import { generateKeyPairSync } from 'node:crypto';

const privateJwk = (alg: string, kid: string) => {
  const { privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), alg, kid };
};

/** The settings of Glewlwyd's plugin for OpenID Connect. */
export const plugin = (iss: string) => ({
  iss,
  'jwks-private': JSON.stringify({
    keys: [privateJwk('ES256', 'one'), privateJwk('RS256', 'two'), privateJwk('PS256', 'three')],
  }),
  'default-kid': 'one',
  'jwks-show': true,
  'access-token-duration': 2,
  'refresh-token-duration': 1_209_600,
  'code-duration': 600,
  'refresh-token-rolling': true,
  'refresh-token-one-use': 'always',
  'auth-type-code-enabled': true,
  'auth-type-token-enabled': false,
  'auth-type-id-token-enabled': true,
  'auth-type-client-enabled': true,
  'auth-type-refresh-enabled': true,
  'secret-type': 'pairwise',
  'subject-type': 'public',
  scope: [],
  'allowed-scope': ['openid'],
  'name-claim': 'mandatory',
  'email-claim': 'mandatory',
  'scope-claim': 'no',
  claims: ['shop_id', 'roles'].map((name) => ({
    name,
    'user-property': name,
    type: 'string',
    mandatory: true,
    'on-demand': false,
    scope: [],
  })),
  'additional-parameters': [{ 'user-parameter': 'shop_id', 'token-parameter': 'shop_id' }],
  'address-claim': { type: 'no' },
  'pkce-allowed': true,
  'pkce-required': true,
  'introspection-revocation-allowed': true,
  'introspection-revocation-allow-target-client': true,
  'session-management-allowed': true,
  'session-cookie-name': 'GLEWLWYD2_OIDC_SID',
  'session-cookie-expiration': 2_419_200,
  'front-channel-logout-allowed': true,
  'back-channel-logout-allowed': true,
  'oauth-par-allowed': true,
  'oauth-par-duration': 90,
  'oauth-par-request_uri-prefix': 'urn:ietf:params:oauth:request_uri:',
  'oauth-as-iss-id': true,
  'request-parameter-allow': false,
  'request-maximum-exp': 3600,
});

const MIME_TYPES = { html: 'text/html', css: 'text/css', js: 'application/javascript', json: 'application/json' };

/** Glewlwyd's file of settings. It checks that the files of a certificate are named, although it uses none. */
export const settings = (folder: string, port: number): string => `port = ${port}
bind_address = "127.0.0.1"
external_url = "http://localhost:${port}"
login_url = "login.html"
api_prefix = "api"
allow_origin = "*"
log_mode = "console"
log_level = "WARNING"
static_files_path = "${folder}/pages"
session_key = "GLEWLWYD2_SESSION_ID"
session_expiration = 2419200
cookie_secure = 0
admin_session_authentication = "cookie"
profile_session_authentication = "cookie"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "/usr/lib/glewlwyd/user"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
use_secure_connection = false
secure_connection_key_file = "none"
secure_connection_pem_file = "none"
hash_algorithm = "SHA512"
database = { type = "sqlite3"; path = "${folder}/database"; };
static_files_mime_types = (
  ${Object.entries(MIME_TYPES)
    .map(([name, type]) => `{ extension = ".${name}"; mime_type = "${type}"; }`)
    .join(', ')}
)
`;
