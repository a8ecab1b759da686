import { migrations as ofOrders } from '#apps/orders/migrations';
import type { OrdersSchema } from '#apps/orders/schema';
import { migrations as ofProducts } from '#apps/products/migrations';
import type { ProductsSchema } from '#apps/products/schema';
import { openStorage } from '#libs/storage';
import type { DatabaseServer } from '#libs/testing';
import { bodyOf, type LoadRequest, type Sample } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

const PER_SECOND = 30;
const PRODUCTS = 20;

/** How often a client sends an order again that failed. */
const MAX_TRIES = 30;

/**
 * Kills a database under a load of orders and starts it again; clients send what failed again, with its key. Then
 * compares what they were told with what is in the database.
 */
export async function restartUnderLoad(name: string, server: DatabaseServer): Promise<Row> {
  const row = new Row(name);
  const place = {
    dataDir: '.data',
    databaseUrl: `${server.url}${server.url.startsWith('mariadb') ? '/shop' : ''}`,
  };
  // What is shed would say nothing of the database.
  const shop = await RealShop.open(async () => ({ SHEDDING: 'off' }), { DATABASE_URL: place.databaseUrl });
  const products = await openStorage<ProductsSchema>({ name: 'products', ...place, migrations: ofProducts });
  const orders = await openStorage<OrdersSchema>({ name: 'orders', ...place, migrations: ofOrders });
  try {
    await products.updateTable('products').set({ available: 1_000_000 }).execute();
    const order = (index: number): LoadRequest => ({
      method: 'POST',
      path: '/v1/orders',
      headers: { ...shop.access.of(`u${3 + (index % 20)}`), 'idempotency-key': `restart-${index}` },
      body: { lines: [{ productId: `p${1 + (index % PRODUCTS)}`, quantity: 1 }] },
    });
    const calm = await shop.loadFor(1_000, PER_SECOND, (index) => order(1_000_000 + index));
    row.all('calm: orders are placed', calm, ({ status }) => status === 201);

    const load = shop.load(PER_SECOND, order);
    await passed(1_500);
    await server.kill();
    await passed(1_000);
    await server.start();
    const backAt = performance.now();
    await passed(3_000);
    const samples = await load.stop();
    const failed = samples.filter(({ status }) => status !== 201);
    const answered = [...samples.filter(({ status }) => status === 201), ...(await sentAgain(shop, failed))];

    row.note(
      'orders that failed while it was away',
      'some',
      `${failed.length} of ${samples.length}`,
      failed.length > 5,
    );
    row.all('failures are 502, 503 or 504', failed, ({ status }) => [502, 503, 504].includes(status));
    const late = failed.filter(({ sentAt }) => sentAt > backAt).map(({ endedAt }) => endedAt - backAt);
    row.upTo('the last failure after its return', 3_000, Math.max(0, ...late));
    row.all('sent again with their key: placed', answered.slice(-failed.length), ({ status }) => status === 201);

    const stored = await orders
      .selectFrom('orders')
      .select(['id', 'reservation_id'])
      .where('request_id', 'is not', null)
      // One whose answer was lost is cancelled when its client comes again, and placed anew.
      .where('status', '!=', 'CANCELLED')
      .execute();
    const byId = new Map(stored.map(({ id, reservation_id }) => [id, reservation_id]));
    const kept = await products.selectFrom('reservations').select('id').where('state', '=', 'CONFIRMED').execute();
    const confirmed = new Set(kept.map(({ id }) => id));
    const idOf = (sample: Sample) => String(bodyOf(sample)['id']);
    row.all('orders that clients know of are stored', answered, (sample) => byId.has(idOf(sample)));
    row.all('their goods are kept', answered, (sample) => confirmed.has(byId.get(idOf(sample)) ?? ''));
    const expected = calm.length + samples.length;
    row.note(
      'orders in the database',
      `${expected}, one for each key`,
      `${stored.length}`,
      stored.length === expected,
    );
    row.note('reservations kept', `${expected}`, `${confirmed.size}`, confirmed.size === expected);
    return row;
  } finally {
    await Promise.all([orders.destroy(), products.destroy()]);
    await shop.close();
  }
}

/** The answers to the same requests, each sent until it succeeds; at the rate of before, as a burst of them all would be refused. */
function sentAgain(shop: RealShop, failed: readonly Sample[]): Promise<Sample[]> {
  return Promise.all(
    failed.map(async ({ request }, index) => {
      await passed((index / PER_SECOND) * 1_000);
      const { method, path, headers, body } = request;
      const init = {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      for (let tries = 1; ; tries += 1) {
        const answer = await fetch(shop.url + path, init);
        const [status, text] = [answer.status, await answer.text()];
        if (status === 201 || tries === MAX_TRIES)
          return { request, status, text, sentAt: 0, endedAt: 0, durationMs: 0 };
        await passed(300);
      }
    }),
  );
}
