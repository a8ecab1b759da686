import type { Config } from '#gateway/config/config';
import { CLIENT_SECRET_METHODS } from '#gateway/config/issuers-file';
import { failureReason } from '#gateway/identity/issuers/failure-reason';
import { SIGNATURE_ALGORITHMS } from '#gateway/identity/jwt/signatures';
import { ProviderClient } from '#gateway/identity/provider/provider-client';
import { DetachedWork } from '#libs/upstream';
import { planProcesses } from '#tools/launcher/plan';
import type { AuthorizationServer } from 'oauth4webapi';
import { type Finding, ok, problem, warning } from './finding.ts';
import type { Given } from './given.ts';

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Whether browsers can log in at `OIDC_ISSUER`: by its metadata, and with the redirect URI. */
export async function checkProvider({ environment, config }: Given): Promise<Finding[]> {
  if (!config?.OIDC_ISSUER) return [];
  const isDemo = config.OIDC_ISSUER === planProcesses(environment).identity?.issuer;
  return [...(await metadataFindings(config, isDemo)), ...redirectFindings(config)];
}

async function metadataFindings(config: Config, isDemo: boolean): Promise<Finding[]> {
  const client = new ProviderClient(config, new DetachedWork());
  try {
    const { server } = await client.connect();
    const wrong = [...missing(server), ...unfit(server, config)];
    return wrong.length ? wrong : [ok('OIDC_ISSUER', 'has the metadata that logins need')];
  } catch (error) {
    // `checkIssuers` says that it does not run.
    if (isDemo) return [];
    const advice =
      'Set it as `issuer` in the metadata, to the slash at its end, and look at the network, OIDC_CA_FILE and OIDC_METADATA_URL.';
    return [problem('OIDC_ISSUER', `cannot be used, so that nobody logs in: ${failureReason(error)}`, advice)];
  } finally {
    await client.onApplicationShutdown();
  }
}

/** What its metadata lacks, or names at another place than `ISSUERS_FILE`. */
function missing(server: AuthorizationServer): Finding[] {
  return ENDPOINTS.filter((name) => typeof server[name] !== 'string').map((name) =>
    problem(
      'OIDC_ISSUER',
      `has no ${name} in its metadata: logins fail`,
      'OIDC_ISSUER has to be an OpenID provider.',
    ),
  );
}

/** What its metadata says that it does not do, and logins here need. Without a list nothing is known. */
function unfit(server: AuthorizationServer, config: Config): Finding[] {
  const { id_token_signing_alg_values_supported: algorithms, code_challenge_methods_supported: challenges } =
    server;
  const { token_endpoint_auth_methods_supported: methods } = server;
  const method = methodOf(config, methods);
  return [
    ...(!algorithms || algorithms.some((one) => SIGNATURE_ALGORITHMS.includes(one))
      ? []
      : [
          problem(
            'OIDC_ISSUER',
            `signs ID tokens with ${algorithms.join(', ')} alone: each is refused`,
            `Let it sign those of this client with one of ${SIGNATURE_ALGORITHMS.join(', ')}.`,
          ),
        ]),
    ...(!challenges || challenges.includes('S256')
      ? []
      : [
          warning(
            'OIDC_ISSUER',
            'does not list S256, the PKCE of logins',
            'Turn on PKCE with S256 for this client.',
          ),
        ]),
    ...(!methods || methods.includes(method)
      ? []
      : [
          warning(
            'OIDC_CLIENT_ID',
            `authenticates with ${method}, and the provider lists ${methods.join(', ')}`,
            'Set OIDC_CLIENT_SECRET, OIDC_CLIENT_KEY or OIDC_CLIENT_AUTH as the client is registered there.',
          ),
        ]),
  ];
}

/** The client authentication of `ProviderClient`. */
function methodOf(config: Config, methods: readonly string[] = []): string {
  const { OIDC_CLIENT_SECRET, OIDC_CLIENT_KEY, OIDC_CLIENT_AUTH } = config;
  if (OIDC_CLIENT_KEY) return 'private_key_jwt';
  if (OIDC_CLIENT_SECRET === undefined) return 'none';
  if (OIDC_CLIENT_AUTH !== 'auto') return OIDC_CLIENT_AUTH;
  return CLIENT_SECRET_METHODS.find((one) => methods.includes(one)) ?? 'client_secret_basic';
}

function redirectFindings({ PUBLIC_URL = '', NODE_ENV }: Config): Finding[] {
  const { protocol, hostname } = new URL(PUBLIC_URL);
  const isOfThisMachine = LOOPBACK.test(hostname);
  if (protocol === 'https:' || (isOfThisMachine && NODE_ENV !== 'production')) return [];
  return [
    problem(
      'PUBLIC_URL',
      `is ${PUBLIC_URL}: ${isOfThisMachine ? 'browsers elsewhere do not reach it' : 'from http:// browsers take no cookie of a login'}`,
      'Set it to the https:// origin that browsers use, and register it with /bff/callback at the provider.',
    ),
  ];
}
