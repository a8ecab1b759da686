/** How long a key can be in flight, in milliseconds; after that its process is assumed dead. */
export const IN_FLIGHT_MS = 30_000;

/** How long an answer is kept, in milliseconds. */
export const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Stores idempotency keys: a unique mark while the request is in flight, then the answer. Only one of concurrent
 * claims succeeds. All methods throw if the store cannot be reached.
 */
export abstract class IdempotencyKeys {
  /** Stores `mark` under an unused key, for 30 seconds. @returns undefined if claimed, else the stored value */
  abstract claim(key: string, mark: string): Promise<string | undefined>;

  /** Replaces the mark by the answer, for 24 hours, unless another request has claimed the key. */
  abstract keep(key: string, mark: string, answer: string): Promise<void>;

  /** Removes the mark, so that the key can be claimed again, unless another request has claimed it. */
  abstract free(key: string, mark: string): Promise<void>;
}
