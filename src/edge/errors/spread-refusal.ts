import { GatewayError, type RefusalSourceName, refusalSources } from '#libs/errors';

/** One is chosen at random, so that refused clients do not return together. */
const RETRY_AFTER_MS = [1_000, 2_000, 3_000, 4_000];

/**
 * Refuses many requests at little cost: its errors, which differ in `Retry-After`, are created once, since creating an error,
 * with its stack, is expensive.
 */
export function spreadRefusal(source: RefusalSourceName, detail: string): () => GatewayError {
  const refusals = RETRY_AFTER_MS.map(
    (retryAfterMs) => new GatewayError(refusalSources[source].code, { source, detail, retryAfterMs }),
  );
  return () => refusals[Math.floor(Math.random() * refusals.length)]!;
}
