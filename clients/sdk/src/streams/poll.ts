import type { Client } from '../client.ts';
import type { Route } from '../operation.ts';
import { ClientError } from '../result.ts';
import { backoff, pause } from '../retry.ts';
import { send } from '../send.ts';
import { endOf, isTransient, type ReceivedEvent } from './ends.ts';
import type { StreamOptions } from './stream-events.ts';

/** The longest wait that a gateway allows, in seconds. */
const WAIT_SECONDS = 25;
const TIMEOUT_MS = 40_000;
const PAUSE_MS = 500;

/** Follows a stream by polls that each wait for events. @throws {ClientError} if it is refused for good */
export async function* pollEvents(
  client: Client,
  route: Route,
  input: object,
  { signal, lastEventId, onReconnect }: StreamOptions,
): AsyncGenerator<ReceivedEvent, void> {
  const poll: Route = { ...route, answer: 'json' };
  // The deadline of the gateway is not for polls: no header sends this one.
  const unhurried: Client = { options: { ...client.options, timeoutMs: undefined } };
  let after = lastEventId;
  for (let tries = 0; !signal?.aborted; tries++) {
    const startedAt = Date.now();
    const given = { ...input, wait: WAIT_SECONDS, after };
    const result = await send<{ events: ReceivedEvent[] } | undefined, never>(unhurried, poll, given, {
      signal,
      retries: 0,
      clientTimeoutMs: TIMEOUT_MS,
    });
    if (signal?.aborted) return;
    if (!result.ok) {
      if (!isTransient(result.error)) throw new ClientError(result.error);
      onReconnect?.(tries + 1);
      await pause(
        Math.max(result.error.retryAfterMs ?? 0, PAUSE_MS + backoff(Math.min(tries, 5), PAUSE_MS)),
        signal,
      );
      continue;
    }
    tries = -1;
    // After the whole wait 204 means that there were none; before it, that the stream is over.
    if (!result.data && Date.now() - startedAt < (WAIT_SECONDS - 1) * 1_000) return;
    for (const event of result.data?.events ?? []) {
      after = event.id ?? after;
      const end = endOf(event);
      if (end === 'reconnect') await pause(event.retry ?? PAUSE_MS, signal);
      if (end === 'reconnect') break;
      yield event;
      if (end === 'over') return;
    }
  }
}
