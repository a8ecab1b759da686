import type { Client } from '../client.ts';
import type { Route } from '../operation.ts';
import { ClientError, type Failure } from '../result.ts';
import { backoff, pause } from '../retry.ts';
import { endOf, isTransient, type ReceivedEvent } from './ends.ts';
import { dataOf, open, type OpenedStream } from './open.ts';
import { pollEvents } from './poll.ts';
import type { StreamOptions } from './stream-events.ts';

const IDLE_MS = 45_000;
const RECONNECT_MS = 2_000;
const MAX_BACKOFF_MS = 30_000;

/** Makes the function of a stream. */
export function stream<Made>(route: Route): Made {
  const call = (client: Client, input: object = {}, options: StreamOptions = {}) => {
    if (route.once) return answer(client, route, input, options);
    const transport = options.transport ?? (canStream() ? 'stream' : 'poll');
    return transport === 'poll'
      ? pollEvents(client, route, input, options)
      : follow(client, route, input, options);
  };
  return Object.assign(call, { route }) as Made;
}

/** Whether `fetch` can read an answer that has not ended. */
export const canStream = (): boolean => typeof Response !== 'undefined' && 'body' in Response.prototype;

/**
 * Follows a stream over as many connections as it takes. One that cannot be resumed has an event `gap` for each connection
 * but the first. @throws {ClientError} if it is refused for good
 */
export async function* follow(
  client: Client,
  route: Route,
  input: object,
  {
    signal,
    lastEventId,
    idleTimeoutMs = IDLE_MS,
    onReconnect,
    isResumed = true,
  }: StreamOptions & { isResumed?: boolean },
): AsyncGenerator<ReceivedEvent, void> {
  let isOpenedAgain = false;
  let lastId = lastEventId;
  let retryMs = RECONNECT_MS;
  for (let tries = 0; !signal?.aborted; tries++) {
    let waitMs = 0;
    let opened: OpenedStream | undefined;
    try {
      const headers = lastId === undefined ? undefined : { 'last-event-id': lastId };
      opened = await open(client, route, input, { signal, idleTimeoutMs, headers });
      if (!opened) return;
      if (isOpenedAgain && !isResumed) yield { event: 'gap', data: {} };
      isOpenedAgain = true;
      for await (const raw of opened.events) {
        tries = 0;
        const event: ReceivedEvent = { ...raw, data: dataOf(raw) };
        if (raw.id === undefined) delete event.id;
        const end = endOf(event);
        if (end === 'reconnect') break;
        yield event;
        if (end === 'over') return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof ClientError) || !isTransient(error.failure)) throw error;
      waitMs = error.failure.retryAfterMs ?? 0;
    }
    retryMs = opened?.parser.retryMs ?? retryMs;
    lastId = opened?.parser.lastId ?? lastId;
    onReconnect?.(tries + 1);
    // The time that the gateway names has jitter already; tries that fail one after the other need more of it.
    await pause(Math.max(waitMs, retryMs, Math.min(MAX_BACKOFF_MS, backoff(tries, retryMs))), signal);
  }
}

/** Reads a stream that is an answer. @throws {ClientError} also where it breaks off: it cannot be resumed */
async function* answer(
  client: Client,
  route: Route,
  input: object,
  { signal, idleTimeoutMs = IDLE_MS }: StreamOptions,
): AsyncGenerator<ReceivedEvent, void> {
  const opened = await open(client, route, input, { signal, idleTimeoutMs });
  if (!opened) return;
  for await (const raw of opened.events) {
    if (raw.data === '[DONE]') return;
    const data = dataOf(raw);
    if (raw.event === 'error') throw new ClientError(failureIn(data));
    yield { event: raw.event, data };
  }
  throw new ClientError({ code: 'NETWORK', status: 200, message: 'The answer has broken off.', fields: [] });
}

function failureIn(data: unknown): Failure {
  const problem = data as NonNullable<Failure['problem']>;
  const { code, status, detail, title, requestId, errors } = problem;
  return { code, status, message: detail ?? title, requestId, problem, fields: errors ?? [] };
}
