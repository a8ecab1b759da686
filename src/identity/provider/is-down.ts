import { GatewayError } from '#libs/errors';

/** How many causes of an error are looked at. */
const MAX_CAUSES = 4;

/** Whether the provider, its keys or Redis were unavailable, so that the client's request may be valid. */
export function isDown(thrown: unknown, depth = 0): boolean {
  const { name, message, status, cause } = thrown as Error & { status?: unknown };
  const isItself =
    thrown instanceof GatewayError ||
    ['UncheckedToken', 'TimeoutError'].includes(name) ||
    // Of undici: before a response, and within its body.
    ['fetch failed', 'terminated'].includes(message) ||
    status === 429 ||
    (typeof status === 'number' && status >= 500);
  if (isItself || typeof cause !== 'object' || cause === null) return isItself;
  return depth < MAX_CAUSES && isDown(cause, depth + 1);
}
