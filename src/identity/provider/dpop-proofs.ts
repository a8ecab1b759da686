import { webcrypto } from 'node:crypto';
import type { DPoPHandle, TokenEndpointResponse } from 'oauth4webapi';
import type { Connection } from './provider-client.ts';
import { Refusal } from './refusal.ts';

/** The private key, as a JWK, that the provider's tokens of one session are bound to. It is as secret as the tokens. */
export type DpopKey = webcrypto.JsonWebKey;

/** ES256, which every provider with DPoP supports. */
const KIND = { name: 'ECDSA', namedCurve: 'P-256' };

/** Generates the key of a session. */
export async function newDpopKey(): Promise<DpopKey> {
  const { privateKey } = await webcrypto.subtle.generateKey(KIND, true, ['sign', 'verify']);
  return webcrypto.subtle.exportKey('jwk', privateKey);
}

/**
 * Sends requests with DPoP proofs by the key of a session (RFC 9449, section 5), and retries once if the provider requires
 * another nonce (section 8).
 * @param key undefined for a session with unbound tokens, whose requests have no proof
 * @param send sends the request with these options, and checks the response
 */
export async function withProof<T>(
  connection: Connection,
  key: DpopKey | undefined,
  send: (options: { DPoP?: DPoPHandle }) => Promise<T>,
): Promise<T> {
  if (!key) return send({});
  const options = { DPoP: await handleOf(connection, key) };
  try {
    return await send(options);
  } catch (error) {
    if (!connection.oauth.isDPoPNonceError(error)) throw error;
    return send(options);
  }
}

/**
 * Checks that the provider has bound an access token to the key: a provider that ignores proofs would issue an unbound one.
 * @throws {Refusal}
 */
export function checkIsBound({ token_type: type }: TokenEndpointResponse, key: DpopKey | undefined): void {
  if (key && type !== 'dpop') throw new Refusal('the access token is not bound to the key of the session');
}

/** The thumbprint of a key (RFC 7638), which an authorization request names (RFC 9449, section 10). */
export async function thumbprintOf(connection: Connection, key: DpopKey): Promise<string> {
  return (await handleOf(connection, key)).calculateThumbprint();
}

async function handleOf({ oauth, client, nonces }: Connection, key: DpopKey): Promise<DPoPHandle> {
  const { d: _, ...presented } = key;
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('jwk', key, KIND, false, ['sign']),
    webcrypto.subtle.importKey('jwk', { ...presented, key_ops: ['verify'] }, KIND, true, ['verify']),
  ]);
  const pair = { privateKey, publicKey } as Parameters<typeof oauth.DPoP>[1];
  return oauth.DPoP(client, pair, {
    // A handle knows only the nonces of its own responses, and lasts for one renewal.
    [oauth.modifyAssertion]: (_header, proof) => {
      const known = nonces.get(new URL(proof['htu'] as string).origin);
      if (known !== undefined) proof['nonce'] ??= known;
    },
  });
}
