import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orders } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CountedOrders, startCountedOrders } from './counted-orders.fixture.ts';

const ROWS = 4_000;

describe('the orders of an export', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'atrium-pace-'));
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  let service: CountedOrders;
  let open: (context?: ReturnType<typeof aContext>) => Promise<AsyncIterator<orders.ExportOrdersResponse>>;

  beforeAll(async () => {
    service = await startCountedOrders(dataDir, ROWS);
    const call = clients.grpc('orders', [service.url]).stream(orders.OrdersServiceService.exportOrders);
    open = async (context = aContext()) => (await call(context, { afterOrderId: '' }))[Symbol.asyncIterator]();
  });
  beforeEach(() => void (service.rowsRead = 0));
  afterAll(async () => {
    await clients.close();
    await service?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('are read at most 1,000 ahead of a client that stops taking them', async () => {
    const reader = await open();
    let taken = 0;
    for (const stopAt of [1, 1_500]) {
      while (taken < stopAt) taken += (await reader.next()).value!.orders.length;
      const ahead = (await service.quiet()) - taken;
      expect(ahead).toBeGreaterThan(0);
      expect(ahead).toBeLessThanOrEqual(1_000);
    }
    for (let next = await reader.next(); !next.done; next = await reader.next()) taken += next.value.orders.length;
    expect(taken).toBe(ROWS);
  });

  it('are read no further once the client has gone', async () => {
    const reader = await open();
    await reader.next();
    await reader.return!();
    expect(await service.quiet()).toBeLessThan(ROWS);
  });
});
