/** @alone It holds calls under load to times. */
import { beforeEach, expect, it, jest } from '@jest/globals';
import { orders } from '#libs/contracts';
import { freePort } from '#libs/process';
import { status as Status } from '@grpc/grpc-js';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { allClients } from './clients.ts';
import { duringOutage, expectNoWorse, expectUnharmed, inTurn, PRESSING, untilAnswered } from './scenario.ts';
import { expected } from './shop-answers.ts';
import { describeMakes } from './servers/makes.ts';
import { WorkFile } from './work-file.ts';

jest.setTimeout(120_000);

const { OrdersServiceService: rpc } = orders;

describeMakes(({ make, start }) => {
  const atEnd = endedAfterEach();
  let work: WorkFile;

  beforeEach(() => {
    work = new WorkFile();
    atEnd(() => work.remove());
  });

  const started = async (port = 0) => {
    const shop = await start({ work: work.path, port });
    atEnd(() => shop.end());
    return shop;
  };

  it('answers every call as its schema says', async () => {
    const { port } = await started();
    expectUnharmed(await inTurn({ scenario: `${make}, up`, port, work }, PRESSING), work);
  });

  it('is UNAVAILABLE at once while it is down, and answers soon after it is up', async () => {
    const port = await freePort();
    const clients = allClients(`127.0.0.1:${port}`);
    atEnd(() => Promise.all(clients.map((client) => client.close())));
    for (const client of clients) {
      const startedAt = performance.now();
      const call = client.unary(rpc.batchGetOrders, { ids: ['o1'] });
      await expect(call).rejects.toMatchObject({ status: Status.UNAVAILABLE });
      expect(performance.now() - startedAt).toBeLessThan(2_500);
    }
    await started(port);
    await Promise.all(clients.map(untilAnswered));
    for (const client of clients) {
      const answer = await client.unary(rpc.batchGetOrders, { ids: ['o1'] });
      expect(answer).toEqual({ orders: [expected.order('o1')] });
    }
  });

  it('is killed and started again under load: no more calls are lost than by grpc-js', async () => {
    const shop = await started();
    const stage = { scenario: `${make}, killed and started again`, port: shop.port, work };
    const outcome = await duringOutage(stage, { down: () => shop.end(), up: () => started(shop.port) });
    expectNoWorse(outcome, work);
  });
});
