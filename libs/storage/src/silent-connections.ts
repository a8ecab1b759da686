import type { Socket } from 'node:net';

/** How much longer than its limit a statement is waited for, in milliseconds: the server ends it, and says so. */
const MARGIN_MS = 2_000;

/**
 * Closes a connection on which nothing has come or gone for longer than a statement may take, also one that is idle. A server that
 * was lost without notice, as in a failover to another host, would be waited for until TCP gives up, a quarter of an hour, with
 * the whole pool.
 * @param statementTimeoutMs 0 for none
 */
export function closeWhenSilent(stream: Socket, statementTimeoutMs: number): void {
  if (statementTimeoutMs) stream.setTimeout(statementTimeoutMs + MARGIN_MS, () => stream.destroy());
}
