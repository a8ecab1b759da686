import type { Client } from './client.ts';
import { Cancellation } from './cancellation.ts';
import { exchange } from './exchange.ts';
import type { CallOptions, Route } from './operation.ts';
import { readAnswer } from './read-answer.ts';
import { type Prepared, prepare } from './request.ts';
import { failure, type Result } from './result.ts';
import { pause, pauseBefore } from './retry.ts';

const TIMEOUT_MS = 10_000;
const RETRIES = 2;

/** Calls an operation within its deadline, and repeats what may be repeated. It never rejects. */
export async function send<Data, Code extends string>(
  client: Client,
  route: Route,
  input: object,
  call: CallOptions,
): Promise<Result<Data, Code>> {
  const { options } = client;
  const timeoutMs = call.timeoutMs ?? options.timeoutMs;
  const isPoll = call.clientTimeoutMs !== undefined;
  const cancellation = new Cancellation(call.signal, timeoutMs !== undefined || isPoll);
  const endsInMs = timeoutMs ?? call.clientTimeoutMs ?? TIMEOUT_MS;
  const retries = call.retries ?? options.retries ?? RETRIES;
  cancellation.endIn(endsInMs);
  const { endsAt } = cancellation;
  try {
    const prepared = prepare(client, route, input, call);
    for (let tries = 0; ; tries++) {
      // The gateway needs no longer than the client waits.
      if (timeoutMs !== undefined)
        prepared.headers['x-request-timeout-ms'] = String(Math.max(1, Math.ceil(endsAt - Date.now())));
      let result: Result<unknown>;
      try {
        result = await cancellation.bound(perform(client, route, prepared, cancellation.signal));
      } catch (error) {
        result = { ok: false, error: cancellation.failureOf(error) };
      }
      if (result.ok) return result as Result<Data, Code>;
      const pauseMs = tries < retries ? pauseBefore(tries, route, result.error) : undefined;
      // No answer can come in time: the caller learns now when to ask again.
      if (pauseMs === undefined || Date.now() + pauseMs >= endsAt) return result as Result<Data, Code>;
      await pause(pauseMs, call.signal);
    }
  } catch (error) {
    // Of this machine: input that JSON cannot hold, a store of tokens that fails.
    return { ok: false, error: failure('UNEXPECTED', String(error)) };
  } finally {
    cancellation.done(route.answer !== 'bytes');
  }
}

async function perform(
  client: Client,
  route: Route,
  prepared: Prepared,
  signal: AbortSignal | undefined,
): Promise<Result<unknown>> {
  return readAnswer(route, await exchange(client, route, prepared, signal));
}
