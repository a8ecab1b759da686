/** How long a key is in flight at most, in milliseconds: it ends by itself where its process has died. */
export const IN_FLIGHT_MS = 30_000;

/** How long an answer is kept, in milliseconds. */
export const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * What each idempotency key stands for: a mark, which nobody else has, while it is in flight, and then its answer.
 * Of many who claim a key at once, one gets it. All methods throw where the store cannot be reached.
 */
export abstract class IdempotencyKeys {
  /** Puts `mark` on a key that stands for nothing, for 30 seconds. @returns what it stands for; undefined if claimed */
  abstract claim(key: string, mark: string): Promise<string | undefined>;

  /** Puts the answer in the place of the mark, for 24 hours, unless the key has become somebody else's. */
  abstract keep(key: string, mark: string, answer: string): Promise<void>;

  /** Takes the mark away, so that the key can be claimed again, unless it has become somebody else's. */
  abstract free(key: string, mark: string): Promise<void>;
}
