import { once } from 'node:events';
import { unaryCall, calledFor, failureOf } from '#libs/testing';
import type { Client } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import type { Refusal } from '#libs/service';
import { type LogLine, servicesForTests } from './service.fixture.ts';

const start = servicesForTests();
const forAda = () => calledFor({ id: 'u1', scopes: [] }, 'orders');
const codes = (log: LogLine[]) => log.filter((line) => line['msg'] === 'call').map((line) => line['code']);

/** A promise and its resolve function. */
function later<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Connects first, so that a call reaches the service before its deadline. */
const connected = (client: Client) =>
  new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 10_000, (error) => (error ? reject(error) : resolve())),
  );

describe('the deadline of a call', () => {
  it('aborts the signal of its handler', async () => {
    const reason = later<Refusal>();
    const { client } = await start({
      unary: async ({ signal }) => {
        await once(signal, 'abort');
        reason.resolve(signal.reason as Refusal);
        throw signal.reason;
      },
    });
    await connected(client);
    const call = unaryCall(client, client.cancelOrder, { id: 'o1' }, forAda(), { deadline: Date.now() + 400 });
    expect((await failureOf(call)).code).toBe('DEADLINE_EXCEEDED');
    // The client times out just before the server, which then sees the cancellation.
    expect(['DEADLINE_EXCEEDED', 'CANCELLED']).toContain((await reason.promise).reason);
  });

  it('prevents new work, even if the process was too busy for timers', async () => {
    const ended = later<Refusal>();
    const { client } = await start({
      unary: async (context) => {
        while (Date.now() < context.deadline);
        try {
          context.throwIfEnded();
        } catch (error) {
          ended.resolve(error as Refusal);
          throw error;
        }
        return { order: undefined };
      },
    });
    await connected(client);
    const call = unaryCall(client, client.cancelOrder, { id: 'o1' }, forAda(), { deadline: Date.now() + 400 });
    expect((await failureOf(call)).code).toBe('DEADLINE_EXCEEDED');
    expect((await ended.promise).reason).toBe('DEADLINE_EXCEEDED');
  });
});

describe('the cancellation of a call', () => {
  it('aborts the signal of its handler, and is in the access line', async () => {
    const begun = later<void>();
    const reason = later<Refusal>();
    const { client, log, stop } = await start({
      unary: async ({ signal }) => {
        begun.resolve();
        await once(signal, 'abort');
        reason.resolve(signal.reason as Refusal);
        throw signal.reason;
      },
    });
    const call = client.cancelOrder({ id: 'o1' }, forAda(), () => undefined);
    await begun.promise;
    call.cancel();
    expect((await reason.promise).reason).toBe('CANCELLED');
    await stop();
    expect(codes(log)).toEqual(['CANCELLED']);
  });

  it('returns the generator of a stream', async () => {
    const returned = later<void>();
    const { client, log, stop } = await start({
      stream: async function* ({ signal }) {
        try {
          yield { sequence: 1, orderId: 'o1', status: 1, occurredAt: undefined };
          await once(signal, 'abort');
        } finally {
          returned.resolve();
        }
      },
    });
    const stream = client.watchOrder({ id: 'o1', afterSequence: 0 }, forAda());
    stream.on('error', () => undefined);
    await once(stream, 'data');
    stream.cancel();
    await returned.promise;
    await stop();
    expect(codes(log)).toEqual(['CANCELLED']);
  });
});

describe('a stream whose client stops reading', () => {
  it('pulls no more values from its generator than the connection takes', async () => {
    const pulled = { count: 0 };
    const full = later<void>();
    const { client } = await start({
      stream: async function* () {
        for (;;) {
          pulled.count += 1;
          if (pulled.count > 1) full.resolve();
          yield { sequence: 1, orderId: 'x'.repeat(100_000), status: 1, occurredAt: undefined };
        }
      },
    });
    const stream = client.watchOrder({ id: 'o1', afterSequence: 0 }, forAda());
    stream.on('error', () => undefined);
    // grpc-js takes everything from a server until its first read.
    await once(stream, 'data');
    stream.pause();
    await full.promise;
    for (let turn = 0, before = -1; before !== pulled.count; turn++) {
      before = pulled.count;
      for (let idle = 0; idle < 50; idle++) await new Promise(setImmediate);
    }
    expect(pulled.count).toBeLessThan(24);
    stream.cancel();
  });
});
