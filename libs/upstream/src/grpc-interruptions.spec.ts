import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { orders } from '#libs/contracts';
import type { GatewayError } from '#libs/errors';
import { eventually, freePort } from '#libs/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { Context } from '#libs/upstream';
import { type CancelOrder, GRPC_IMPLEMENTATIONS, grpcUpstreams, rpc } from './grpc-upstream.fixture.ts';

jest.setTimeout(60_000);

const aContext = (timeoutMs = 30_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });
const echo: CancelOrder = ({ request: { id } }, done) => done(null, { order: orders.Order.fromPartial({ id }) });

describe.each(GRPC_IMPLEMENTATIONS)('by %s:', (implementation) => {
  const { upstream, clientOf } = grpcUpstreams(implementation);

  describe('a gRPC call', () => {
    it('fails with UPSTREAM_TIMEOUT at the deadline where the upstream hangs, which is told', async () => {
      const cancelled = Promise.withResolvers<unknown>();
      const { address } = await upstream((call) => void call.once('cancelled', cancelled.resolve));
      const client = clientOf(address);
      await client.isReady(aContext());
      const context = aContext(300);
      const call = client.unary(rpc)(context, { id: 'o1' });
      await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      expect(performance.now() - context.startedAt).toBeGreaterThan(290);
      await cancelled.promise;
    });

    it('fails with UPSTREAM_TIMEOUT at the deadline where what listens says nothing at all', async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as { port: number };
      const call = clientOf(`127.0.0.1:${port}`).unary(rpc)(aContext(80), { id: 'o1' });
      await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      for (const socket of sockets) socket.destroy();
      silent.close();
      await once(silent, 'close');
    });

    it('is cancelled at the upstream when its client has gone, and fails with the reason', async () => {
      const [received, cancelled] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
      const { address } = await upstream((call) => {
        call.once('cancelled', cancelled.resolve);
        received.resolve();
      });
      const context = aContext();
      const call = clientOf(address).unary(rpc)(context, { id: 'o1' });
      await received.promise;
      context.end();
      await expect(call).rejects.toEqual(context.reason);
      await cancelled.promise;
    });

    it('does not go out where its request has ended', async () => {
      const { address, received } = await upstream(echo);
      const context = aContext();
      context.end();
      await expect(clientOf(address).unary(rpc)(context, { id: 'o1' })).rejects.toEqual(context.reason);
      expect(received).toEqual([]);
    });

    it('leaves nothing behind at the signal of its request', async () => {
      const { address } = await upstream(echo);
      const client = clientOf(address);
      const context = aContext();
      const { signal } = context;
      let listeners = 0;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
      signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
      await Promise.all(['o1', 'o2', 'o3'].map((id) => client.unary(rpc)(context, { id })));
      expect(listeners).toBe(0);
    });

    it('fails at once with UPSTREAM_UNAVAILABLE where nobody listens, and so does the question whether it is ready', async () => {
      const client = clientOf(`127.0.0.1:${await freePort()}`);
      const context = aContext();
      await expect(client.unary(rpc)(context, { id: 'o1' })).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
      await expect(client.isReady(context)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      expect(context.remainingMs).toBeGreaterThan(20_000);
    });

    it('is not tried again: that is for a policy to decide', async () => {
      let calls = 0;
      const { address } = await upstream((_, done) => (calls++, done({ code: 14, details: 'busy' })));
      await expect(clientOf(address).unary(rpc)(aContext(), { id: 'o1' })).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
      expect(calls).toBe(1);
    });

    it('fails in the words of the catalogue where its client is closed', async () => {
      const { address } = await upstream(echo);
      const client = clientOf(address);
      await client.close();
      await expect(client.unary(rpc)(aContext(), { id: 'o1' })).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
    });
  });

  describe('a gRPC upstream that was gone', () => {
    it('is answered for again within two seconds of its return, on the same channel', async () => {
      const first = await upstream(echo);
      const call = clientOf(first.address).unary(rpc);
      const answers = () =>
        call(aContext(500), { id: 'o1' }).then(
          () => true,
          () => false,
        );
      expect(await answers()).toBe(true);
      first.stop();
      // Long enough for the channel to have given up several times, and to wait as long between tries as it ever does.
      const gone = aContext(1_500);
      while (gone.remainingMs) {
        expect(await answers()).toBe(false);
        await wait(20);
      }
      await upstream(echo, { port: first.port });
      const back = aContext(2_000);
      await eventually(async () => (await answers()) || !back.remainingMs);
      expect(back.remainingMs).toBeGreaterThan(0);
    });
  });
});

// grpc-js has no such budget: the server ends its connection, with all that is under way on it.
describe('a gRPC call by http2', () => {
  const { upstream, clientOf } = grpcUpstreams('http2');

  it('survives that 1,500 others on its connection are given up at once', async () => {
    const slow = Promise.withResolvers<() => void>();
    const { address, received } = await upstream((call, done) => {
      if (call.request.id === 'slow')
        slow.resolve(() => done(null, { order: orders.Order.fromPartial({ id: 'slow' }) }));
    });
    const call = clientOf(address).unary(rpc);
    const answer = call(aContext(60_000), { id: 'slow' });
    const finish = await slow.promise;
    for (let round = 0; round < 15; round += 1) {
      const contexts = Array.from({ length: 100 }, () => aContext(60_000));
      const given = contexts.map((context) =>
        call(context, { id: 'o1' }).catch((error: GatewayError) => error.code),
      );
      await eventually(() => received.length >= 1 + (round + 1) * 100);
      for (const context of contexts) context.end();
      expect(new Set(await Promise.all(given))).toEqual(new Set(['UPSTREAM_TIMEOUT']));
    }
    finish();
    expect((await answer).order?.id).toBe('slow');
  });
});
