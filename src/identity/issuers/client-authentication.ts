import { type KeyObject, webcrypto } from 'node:crypto';
import { PublicKey } from '#gateway/identity/keys/public-key';
import type { CLIENT_SECRET_METHODS } from '#gateway/config/issuers-file';
import type * as OAuth from 'oauth4webapi';

/** The gateway's credentials as a client of an issuer; with neither member, it is a public client. */
export interface ClientCredentials {
  secret?: string | undefined;
  key?: KeyObject | undefined;
  /** How the secret is sent: by HTTP Basic by default. */
  method?: SecretMethod | undefined;
  /** The algorithms of assertions that the issuer accepts, if known. */
  algorithms?: readonly string[] | undefined;
}

type SecretMethod = (typeof CLIENT_SECRET_METHODS)[number];

/**
 * The client authentication: an assertion that is signed with a key (`private_key_jwt`, RFC 7523), a secret, or none for a
 * public client.
 */
export async function clientAuthentication(
  oauth: typeof OAuth,
  { secret, key, method, algorithms }: ClientCredentials,
): Promise<OAuth.ClientAuth> {
  if (key) {
    const { algorithm, id: kid } = new PublicKey(key);
    // Profiles for banks (FAPI) accept no RS256.
    const isPss = algorithm === 'RS256' && algorithms?.includes('PS256') && !algorithms.includes('RS256');
    const der = key.export({ type: 'pkcs8', format: 'der' });
    const kind = KINDS[isPss ? 'PS256' : algorithm];
    const imported = await webcrypto.subtle.importKey('pkcs8', der, kind, false, ['sign']);
    return oauth.PrivateKeyJwt({ key: imported as CryptoKey, kid });
  }
  if (secret === undefined) return oauth.None();
  if (method === 'client_secret_jwt') return oauth.ClientSecretJwt(secret);
  return method === 'client_secret_post' ? oauth.ClientSecretPost(secret) : clientSecretBasic(secret);
}

const KINDS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
};

/**
 * HTTP Basic with form-encoded credentials (RFC 6749, section 2.3.1), where the library also encodes what forms do not, such as `-`
 * and `_`: servers that decode nothing know the secrets that most generators make.
 */
const clientSecretBasic =
  (secret: string): OAuth.ClientAuth =>
  (_server, { client_id: id }, _body, headers) => {
    const credentials = [id, secret].map(formEncoded).join(':');
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  };

const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
