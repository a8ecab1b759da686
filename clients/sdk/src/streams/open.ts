import type { Client } from '../client.ts';
import { Cancellation } from '../cancellation.ts';
import { exchange } from '../exchange.ts';
import type { CallOptions, Route } from '../operation.ts';
import { readFailure } from '../read-answer.ts';
import { prepare } from '../request.ts';
import { ClientError, failure } from '../result.ts';
import { EventParser, type RawEvent } from './parse-events.ts';

/** What one connection of a stream is given. */
export interface Connection {
  readonly signal?: AbortSignal;
  readonly idleTimeoutMs: number;
  readonly headers?: CallOptions['headers'];
}

/** The events of one connection; it ends with it. */
export interface OpenedStream {
  readonly parser: EventParser;
  readonly events: AsyncGenerator<RawEvent, void>;
}

/**
 * Opens one connection of a stream.
 * @returns undefined if no more events follow (status 204)
 * @throws {ClientError} if it is refused or there is no answer
 */
export async function open(
  client: Client,
  route: Route,
  input: object,
  { signal, idleTimeoutMs, headers }: Connection,
): Promise<OpenedStream | undefined> {
  const cancellation = new Cancellation(signal, true);
  cancellation.endIn(idleTimeoutMs);
  try {
    const prepared = prepare(client, route, input, { headers });
    const response = await exchange(client, route, prepared, cancellation.signal);
    if (response.status === 200 && response.body) {
      const parser = new EventParser();
      return { parser, events: read(response.body, parser, cancellation, idleTimeoutMs) };
    }
    cancellation.done(true);
    if (response.status === 204) return undefined;
    throw new ClientError(await readFailure(route, response));
  } catch (error) {
    cancellation.done(true);
    throw error instanceof ClientError ? error : new ClientError(cancellation.failureOf(error));
  }
}

async function* read(
  body: ReadableStream<Uint8Array>,
  parser: EventParser,
  cancellation: Cancellation,
  idleTimeoutMs: number,
): AsyncGenerator<RawEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      // A connection that died without a word would be waited for without end.
      cancellation.endIn(idleTimeoutMs);
      const { done, value } = await reader.read();
      cancellation.endIn(undefined);
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    throw new ClientError(cancellation.failureOf(error));
  } finally {
    // Also when the loop was left: the gateway learns it from the connection.
    cancellation.done(true);
    cancellation.abort();
  }
}

/** The data of an event: JSON, or text where it is none. */
export function dataOf({ data, event }: RawEvent): unknown {
  if (data === '') return undefined;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    if (event === 'message') return data;
    throw new ClientError(failure('UNEXPECTED', `The event ${event} is not JSON.`, 200));
  }
}
