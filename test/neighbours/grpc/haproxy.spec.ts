import { beforeEach, expect, it, jest } from '@jest/globals';
import { orders } from '#libs/contracts';
import { describeWith } from '#test/support/neighbours/describe-with';
import * as programs from '#test/support/neighbours/programs';
import { status as Status } from '@grpc/grpc-js';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { ours, wire } from './clients.ts';
import { startHaproxy } from './proxies.ts';
import { grpcio } from './servers/servers.ts';
import { WorkFile } from './work-file.ts';

jest.setTimeout(60_000);

const { OrdersServiceService: rpc } = orders;

describeWith([programs.haproxy, programs.grpcio], 'HAProxy before two servers of grpcio', () => {
  const atEnd = endedAfterEach();
  let work: WorkFile;

  beforeEach(() => {
    work = new WorkFile();
    atEnd(() => work.remove());
  });

  const twoShops = async () => {
    const shops = await Promise.all(['first', 'second'].map((name) => grpcio({ work: work.path, name })));
    for (const shop of shops) atEnd(() => shop.end());
    const proxy = await startHaproxy(...shops.map(({ address }) => address));
    atEnd(() => proxy.close());
    return { shops, proxy };
  };

  it.each([
    ['ours', ours],
    ['wire', wire],
  ])('begins a write without a key once, though its server dies at work: %s', async (_name, make) => {
    const { shops, proxy } = await twoShops();
    const client = make([proxy.address]);
    atEnd(() => client.close());
    const id = `slow-1500-${client.name}`;
    const write = client.unary(rpc.cancelOrder, { id }).catch((error: unknown) => error);
    const server = await work.begun(id);
    await shops[server === 'first' ? 0 : 1]!.end();
    await expect(write).resolves.toMatchObject({ status: Status.UNAVAILABLE });
    expect(work.lines().filter((line) => line.id === id)).toEqual([
      { what: 'begun', rpc: 'CancelOrder', id, server },
    ]);
  });

  it('does a write with a key after all, in the other server, and once', async () => {
    const { shops, proxy } = await twoShops();
    const client = ours([proxy.address]);
    atEnd(() => client.close());
    const requestId = 'slow-700-keyed';
    const write = client.unary(
      rpc.placeOrder,
      { requestId, lines: [], reservationId: '' },
      { isKeyed: true, timeoutMs: 10_000 },
    );
    const server = await work.begun(requestId);
    await shops[server === 'first' ? 0 : 1]!.end();
    await expect(write).resolves.toMatchObject({ order: { id: `o-${requestId}` } });
    expect(work.lines().filter(({ what }) => what === 'done')).toHaveLength(1);
  });
});
