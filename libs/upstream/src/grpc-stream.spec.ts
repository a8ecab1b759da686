import { orders } from '#libs/contracts';
import { FaultProxy } from '#libs/testing';
import { Context } from '#libs/upstream';
import { type ServerWritableStream, Server, ServerCredentials, status as Code } from '@grpc/grpc-js';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { clientOptions } from './policies/upstream.fixture.ts';
import { GrpcClient } from './grpc-client.ts';
import { GRPC_IMPLEMENTATIONS } from './grpc-upstream.fixture.ts';

type Watch = ServerWritableStream<orders.WatchOrderRequest, orders.WatchOrderResponse>;

jest.setTimeout(60_000);

describe.each(GRPC_IMPLEMENTATIONS)('by %s:', (implementation) => {
  const cleanups: Array<() => Promise<void> | void> = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const move = (sequence: number) => orders.WatchOrderResponse.fromPartial({ sequence, orderId: 'o1' });
  const aContext = (timeoutMs = 30_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

  /** A client of an upstream that does this with watches. */
  async function watching(answer: (call: Watch) => void) {
    const server = new Server();
    server.addService(orders.OrdersServiceService, { watchOrder: answer } as never);
    const port = await new Promise<number>((resolve, reject) => {
      const credentials = ServerCredentials.createInsecure();
      server.bindAsync('127.0.0.1:0', credentials, (error, its) => (error ? reject(error) : resolve(its)));
    });
    cleanups.push(() => server.forceShutdown());
    const proxy = await FaultProxy.open({ target: `127.0.0.1:${port}` });
    let closed: Promise<void> | undefined;
    const cut = () => (closed ??= proxy.close());
    cleanups.push(cut);
    const client = new GrpcClient([proxy.address], { ...clientOptions('orders'), implementation });
    cleanups.push(() => client.close());
    const watch = client.stream(orders.OrdersServiceService.watchOrder);
    return { cut, watch: (context = aContext()) => watch(context, { id: 'o1', afterSequence: 0 }) };
  }

  async function sequences(stream: AsyncIterable<orders.WatchOrderResponse>): Promise<number[]> {
    const all: number[] = [];
    for await (const { sequence } of stream) all.push(sequence);
    return all;
  }

  describe('a gRPC stream', () => {
    it('has every message in order, large ones and many small ones, and ends with the upstream', async () => {
      const { watch } = await watching((call) => {
        call.write({ ...move(1), orderId: 'x'.repeat(300_000) });
        for (let n = 2; n <= 500; n += 1) call.write(move(n));
        call.end();
      });
      expect(await sequences(await watch())).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
    });

    it('outlives the deadline that it was opened under', async () => {
      let call!: Watch;
      const { watch } = await watching((its) => {
        call = its;
        its.write(move(1));
      });
      const context = aContext();
      const stream = await watch(context);
      const all = sequences(stream);
      context.end('deadline');
      call.write(move(2));
      call.end();
      expect(await all).toEqual([1, 2]);
    });

    it('that does not begin in time fails with UPSTREAM_TIMEOUT, and is cancelled', async () => {
      const cancelled = Promise.withResolvers<unknown>();
      const { watch } = await watching((call) => void call.once('cancelled', cancelled.resolve));
      await expect(watch(aContext(80))).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      await cancelled.promise;
    });

    it('is refused with what the upstream says', async () => {
      const { watch } = await watching((call) => call.emit('error', { code: Code.NOT_FOUND, details: 'none' }));
      await expect(watch()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('fails where it breaks off in the middle, with what had come before it', async () => {
      const { cut, watch } = await watching((call) => call.write(move(1)));
      const seen: number[] = [];
      const read = async () => {
        for await (const { sequence } of await watch()) {
          seen.push(sequence);
          await cut();
        }
      };
      await expect(read()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      expect(seen).toEqual([1]);
    });

    it('fails where the upstream ends it with an error', async () => {
      const { watch } = await watching((call) => {
        call.write(move(1));
        call.emit('error', { code: Code.UNAVAILABLE, details: 'going away' });
      });
      await expect(sequences(await watch())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    });

    it('that is closed is cancelled at the upstream, and whoever reads it comes to its end', async () => {
      const cancelled = Promise.withResolvers<unknown>();
      const { watch } = await watching((call) => {
        call.once('cancelled', cancelled.resolve);
        call.write(move(1));
      });
      const stream = await watch();
      const all = sequences(stream);
      await new Promise(setImmediate);
      stream.close();
      expect((await all).length).toBeLessThanOrEqual(1);
      await cancelled.promise;
    });

    it('that is not read holds the upstream back', async () => {
      let written = 0;
      const stuck = Promise.withResolvers<void>();
      const { watch } = await watching((call) => {
        const pump = () => {
          while (call.write({ ...move((written += 1)), orderId: 'x'.repeat(10_000) }));
          stuck.resolve();
          call.once('drain', pump);
        };
        pump();
      });
      const stream = await watch();
      await stuck.promise;
      const before = written;
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      expect(written).toBeLessThan(before + 100);
      stream.close();
    });
  });
});
