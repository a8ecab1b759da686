/** A key as a file has it (RFC 7517): `nbf` is when it begins to sign, in seconds since 1970. */
export interface StoredKey {
  kty: string;
  kid?: string;
  nbf?: number;
  k?: string;
}

/** The content of a file of keys. */
export interface StoredKeys {
  keys: readonly StoredKey[];
}

/** When a rotation is, and when its key signs. */
export interface Timing {
  /** The new key signs at once. */
  isNow: boolean;
  nowSeconds: number;
}

/** How long a key is in the file before it signs, in seconds: verifiers cache the published key set for 300. */
export const PUBLISHED_SECONDS = 360;

/**
 * The keys whose tokens may still be in use, by time, and a new one.
 * @param lastSeconds how long a key is accepted after the next one has begun to sign
 * @throws {Error} while the last new key does not sign yet
 */
export function withNext(
  before: readonly StoredKey[],
  { isNow, nowSeconds }: Timing,
  lastSeconds: number,
  make: (nbf: number) => StoredKey,
): StoredKey[] {
  const byTime = before.toSorted((one, other) => (one.nbf ?? 0) - (other.nbf ?? 0));
  const pending = byTime.filter(({ nbf = 0 }) => nbf > nowSeconds);
  if (pending.length && !isNow) {
    const at = new Date(pending[0]!.nbf! * 1_000).toISOString();
    throw new Error(
      `A rotation is under way: its key signs from ${at}. --now makes another one that signs at once.`,
    );
  }
  const kept = byTime
    .filter((key) => !pending.includes(key))
    .filter((_, i, all) => i === all.length - 1 || (all[i + 1]!.nbf ?? 0) + lastSeconds > nowSeconds);
  return [...kept, make(isNow ? nowSeconds : nowSeconds + PUBLISHED_SECONDS)];
}
