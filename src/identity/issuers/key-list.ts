import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { algorithmOf, PublicKey } from '#gateway/identity/keys/public-key';
import { z } from 'zod';

/** A published key of an issuer, for one algorithm, with its `kid`, if any. */
export interface PublishedKey {
  kid: string | undefined;
  key: PublicKey;
}

const MAX_KEYS = 100;

const keySet = z.object({ keys: z.array(z.unknown()).max(MAX_KEYS) });
/** Others are ignored, as an unusable key is (RFC 7517, section 5). */
const isJwk = (entry: unknown): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null;

/** The keys of a JWK Set (RFC 7517) that can verify signatures here. @throws {Error} if it is no JWK Set */
export function publishedKeys(json: unknown): PublishedKey[] {
  return keySet
    .parse(json)
    .keys.filter(isJwk)
    .flatMap((jwk) => {
      const { kid, use, alg, key_ops: operations } = jwk;
      if (use !== undefined && use !== 'sig') return [];
      if (Array.isArray(operations) && !operations.includes('verify')) return [];
      try {
        const key = createPublicKey({ key: jwk, format: 'jwk' } as JsonWebKeyInput);
        const algorithm = algorithmOf(key);
        if (!algorithm || (alg !== undefined && alg !== algorithm)) return [];
        return [{ kid: typeof kid === 'string' ? kid : undefined, key: new PublicKey(key) }];
      } catch {
        // An unsupported key type.
        return [];
      }
    });
}
