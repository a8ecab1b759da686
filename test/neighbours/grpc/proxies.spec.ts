/** @alone It holds calls under load to times. */
import { constants } from 'node:http2';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { orders } from '#libs/contracts';
import { freePort } from '#libs/process';
import { describeWith } from '#test/support/neighbours/describe-with';
import * as programs from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import { status as Status } from '@grpc/grpc-js';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { allClients, isGrpcJs, ours, wire } from './clients.ts';
import type { CallFailed } from './neighbour-client.ts';
import { startCaddy, startHaproxy, startNginx } from './proxies.ts';
import { rawCall } from './raw-call.ts';
import { duringOutage, expectNoWorse, expectUnharmed, inTurn, PRESSING } from './scenario.ts';
import { grpcio } from './servers/servers.ts';
import { expected } from './shop-answers.ts';
import { WorkFile } from './work-file.ts';

jest.setTimeout(120_000);

const { OrdersServiceService: rpc } = orders;

interface ProxySuite {
  program: programs.NeighbourProgram;
  start(...backends: string[]): Promise<Proxy>;
  /** How long it tries before it says that its backend is down, in milliseconds; one try of ours may take 1.5 s. */
  downAfterMs: number;
  /** Whether an answer that its backend broke off ends as if it were whole. */
  endsCleanly: boolean;
}

const PROXIES: ProxySuite[] = [
  { program: programs.nginx, start: startNginx, downAfterMs: 0, endsCleanly: false },
  // Three more tries, a second after each other, are its default.
  { program: programs.haproxy, start: startHaproxy, downAfterMs: 3_000, endsCleanly: true },
  { program: programs.caddy, start: startCaddy, downAfterMs: 0, endsCleanly: true },
];

for (const { program, start, downAfterMs, endsCleanly } of PROXIES) {
  describeWith([program, programs.grpcio], `${program.name} before grpcio`, () => {
    const atEnd = endedAfterEach();
    let work: WorkFile;

    beforeEach(() => {
      work = new WorkFile();
      atEnd(() => work.remove());
    });

    const shopAt = async (port = 0, flags: { cutOff?: boolean } = {}) => {
      const shop = await grpcio({ work: work.path, port, ...flags });
      atEnd(() => shop.end());
      return shop;
    };

    const before = async (...backends: string[]) => {
      const proxy = await start(...backends);
      atEnd(() => proxy.close());
      return proxy;
    };

    it('passes every call on', async () => {
      const shop = await shopAt();
      const { port } = await before(shop.address);
      expectUnharmed(await inTurn({ scenario: `${program.name}, up`, port, work }, PRESSING), work);
    });

    it('is killed and started again under load: no more calls are lost than by grpc-js', async () => {
      const shop = await shopAt();
      const proxy = await before(shop.address);
      const stage = { scenario: `${program.name}, killed and started again`, port: proxy.port, work };
      const outcome = await duringOutage(stage, { down: () => proxy.down(), up: () => proxy.up() });
      expectNoWorse(outcome, work);
    });

    it('loses its backend under load, which comes back: no more calls are lost than by grpc-js', async () => {
      const shop = await shopAt();
      const proxy = await before(shop.address);
      const stage = { scenario: `${program.name}, backend killed and started again`, port: proxy.port, work };
      const outcome = await duringOutage(stage, { down: () => shop.end(), up: () => shopAt(shop.port) });
      expectNoWorse(outcome, work, true);
    });

    it('is UNAVAILABLE while its backend is down', async () => {
      const proxy = await before(`127.0.0.1:${await freePort()}`);
      const clients = allClients(proxy.address);
      atEnd(() => Promise.all(clients.map((client) => client.close())));
      for (const client of clients) {
        const startedAt = performance.now();
        const failure = await client
          .unary(rpc.cancelOrder, { id: 'o1' }, { timeoutMs: 20_000 })
          .catch((error: CallFailed) => error);
        const isGivenUp = client.name === 'ours' && downAfterMs > 1_500;
        expect(failure).toMatchObject({ status: isGivenUp ? Status.DEADLINE_EXCEEDED : Status.UNAVAILABLE });
        if (!isGivenUp) expect(performance.now() - startedAt).toBeGreaterThan(downAfterMs * 0.9);
        expect(performance.now() - startedAt).toBeLessThan(downAfterMs + 3_000);
      }
    });

    // nginx resets with INTERNAL_ERROR, and grpc-js does not say whether the answer had begun.
    const unless = isGrpcJs && !endsCleanly ? describe.skip : describe;
    unless('and breaks off', () => {
      it('passes on an answer that its backend broke off: reads are answered by another', async () => {
        const [first, second] = [await shopAt(0, { cutOff: true }), await shopAt()];
        const proxy = await before(first.address, second.address);
        const client = ours([proxy.address]);
        atEnd(() => client.close());
        // Whichever it is that the proxy takes first, in two calls it takes each.
        for (let call = 0; call < 2; call += 1) {
          const read = client.unary(rpc.batchGetOrders, { ids: ['o1'] }, { timeoutMs: 15_000 });
          await expect(read).resolves.toEqual({ orders: [expected.order('o1')] });
        }
        expect(first.hasEnded()).toBe(true);
      });

      it('passes on an answer that its backend broke off: it is UNAVAILABLE without retries', async () => {
        const [first, second] = [await shopAt(0, { cutOff: true }), await shopAt(0, { cutOff: true })];
        const proxy = await before(first.address, second.address);
        const { last, rstCode } = await rawCall(proxy.address, rpc.batchGetOrders, { ids: ['o1'] });
        expect([last['grpc-status'], rstCode === constants.NGHTTP2_NO_ERROR]).toEqual([undefined, endsCleanly]);
        const client = wire([proxy.address]);
        atEnd(() => client.close());
        const read = client.unary(rpc.batchGetOrders, { ids: ['o1'] });
        await expect(read).rejects.toMatchObject({ status: Status.UNAVAILABLE });
      });
    });
  });
}
