import { type KeyObject, webcrypto } from 'node:crypto';
import { PublicKey } from '#gateway/identity/keys/public-key';
import type * as OAuth from 'oauth4webapi';

/** What the gateway authenticates with at an issuer that it is a client of; neither member makes a public client. */
export interface ClientCredentials {
  secret?: string | undefined;
  key?: KeyObject | undefined;
  /** Whether the secret is sent in the body, and not by HTTP Basic. */
  isPosted?: boolean | undefined;
}

/** A key signs assertions (`private_key_jwt`, RFC 7523), a secret is sent as the issuer takes it, and a public client has neither. */
export async function clientAuthentication(
  oauth: typeof OAuth,
  { secret, key, isPosted }: ClientCredentials,
): Promise<OAuth.ClientAuth> {
  if (key) {
    const { algorithm, id: kid } = new PublicKey(key);
    const kind =
      algorithm === 'RS256'
        ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
        : { name: 'ECDSA', namedCurve: 'P-256' };
    const der = key.export({ type: 'pkcs8', format: 'der' });
    const imported = await webcrypto.subtle.importKey('pkcs8', der, kind, false, ['sign']);
    return oauth.PrivateKeyJwt({ key: imported as CryptoKey, kid });
  }
  if (secret === undefined) return oauth.None();
  return isPosted ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
}
