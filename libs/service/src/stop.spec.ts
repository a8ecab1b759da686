import { EventEmitter, once } from 'node:events';
import { unaryCall, calledFor, failureOf, streamFailure } from '#libs/testing';
import { status as Code } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { servicesForTests } from './service.fixture.ts';

const start = servicesForTests();
const forAda = () => calledFor({ id: 'u1', scopes: [] }, 'orders');

describe('a gRPC service that stops', () => {
  it('completes calls in flight, and closes after them', async () => {
    const events = new EventEmitter();
    const { client, stop, log } = await start({
      unary: async () => {
        setImmediate(() => events.emit('begun'));
        await once(events, 'finish');
        return { order: undefined };
      },
    });
    const answer = unaryCall(client, client.cancelOrder, { id: 'o1' }, forAda());
    await once(events, 'begun');
    const stopped = stop();
    events.emit('finish');
    expect(await answer).toEqual({ order: undefined });
    await stopped;
    expect(log.slice(-3).map((line) => line['msg'])).toEqual(['call', 'everything is closed', 'stopped']);
  });

  it('waits for calls no longer than the grace period', async () => {
    const events = new EventEmitter();
    const { client, stop } = await start({
      unary: async () => {
        setImmediate(() => events.emit('begun'));
        await once(events, 'never');
        return { order: undefined };
      },
    });
    const failure = failureOf(unaryCall(client, client.cancelOrder, { id: 'o1' }, forAda()));
    await once(events, 'begun');
    await stop();
    expect(['UNAVAILABLE', 'CANCELLED']).toContain((await failure).code);
  });

  it('ends streams with UNAVAILABLE', async () => {
    const { client, stop } = await start({
      stream: async function* ({ signal }) {
        yield { sequence: 1, orderId: 'o1', status: 1, occurredAt: undefined };
        await once(signal, 'abort');
        throw signal.reason;
      },
    });
    const stream = client.watchOrder({ id: 'o1', afterSequence: 0 }, forAda());
    stream.once('data', () => void stop());
    expect(Code[(await streamFailure(stream)).code]).toBe('UNAVAILABLE');
    await stop();
  });
});
