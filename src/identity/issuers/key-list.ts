import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { algorithmsOf } from '#gateway/identity/jwt/signatures';
import { z } from 'zod';
import { isMissing, withoutNulls } from './claims.ts';

/** A published key of an issuer, with its `kid`, if any. */
export interface PublishedKey {
  kid: string | undefined;
  key: KeyObject;
  /** The algorithms of its signatures: its `alg`, else all that fit it. */
  algorithms: readonly string[];
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
      if (!isMissing(use) && use !== 'sig') return [];
      if (Array.isArray(operations) && !operations.includes('verify')) return [];
      try {
        const key = createPublicKey({ key: withoutNulls(jwk), format: 'jwk' } as JsonWebKeyInput);
        const algorithms = algorithmsOf(key).filter((one) => isMissing(alg) || isSame(one, alg));
        return algorithms.length ? [{ kid: typeof kid === 'string' ? kid : undefined, key, algorithms }] : [];
      } catch {
        // An unsupported key type.
        return [];
      }
    });
}

/** `EdDSA` is the name that `Ed25519` had before RFC 9864: a key and its tokens may be named differently. */
const isSame = (algorithm: string, alg: unknown): boolean =>
  alg === algorithm || ([algorithm, alg].includes('EdDSA') && [algorithm, alg].includes('Ed25519'));
