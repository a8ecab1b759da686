import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';

const MOVES = ['PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];
let shop: Shop;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  shop = await Shop.open({}, { ORDER_STEP_MS: '50' });
  ada = await Client.of(shop, 'ada');
  grace = await Client.of(shop, 'grace');
});
afterAll(() => shop?.close());

interface Polled {
  events: { id: string; event: string; data: { orderId: string; status?: string } }[];
}

/** Places orders, and waits for their end without listening to them. */
async function delivered(client: Client, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { body } = await client.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    ids.push(body.id as string);
  }
  for (const id of ids)
    await eventually(async () => (await client.get(`/v1/orders/${id}`)).body.order?.status === 'DELIVERED', {
      everyMs: 50,
    });
  return ids;
}

const reported = ({ events }: Polled, id: string) =>
  events.filter(({ data }) => data.orderId === id).map(({ data, event }) => data.status ?? event);

describe('a short poll', () => {
  it('tells all that has happened while nobody listened, at once and only once', async () => {
    const before = `${Date.now()}-0`;
    const ids = await delivered(ada, 3);
    const first = await ada.get(`/v1/events?wait=0&after=${before}`);
    for (const id of ids) expect(reported(first.body as Polled, id)).toEqual(['order.placed', ...MOVES]);
    const after = (first.body as Polled).events.at(-1)!.id;
    expect(first.headers['etag']).toBe(`"${after}"`);
    expect((await ada.get(`/v1/events?wait=0&after=${after}`)).status).toBe(204);
  });

  it('tells what a stream has told already, and each of it once', async () => {
    const before = `${Date.now()}-0`;
    const [id] = await delivered(ada, 1);
    await ada.get(`/v1/events?wait=0&after=${before}`);
    expect(reported((await ada.get(`/v1/events?wait=0&after=${before}`)).body as Polled, id!)).toEqual([
      'order.placed',
      ...MOVES,
    ]);
  });

  it('of an order has all its moves, from wherever the client left off', async () => {
    const [id] = await delivered(grace, 1);
    for (let after = 0; after < 5; after += 1) {
      const { body } = await grace.get(`/v1/orders/${id}/events?wait=0&after=${after}`);
      expect((body as Polled).events.map(({ id }) => Number(id))).toEqual(
        Array.from({ length: 5 - after }, (_, n) => after + n + 1),
      );
    }
  });
});

describe('a long poll', () => {
  it('is answered with the first of what happens, without waiting for more', async () => {
    const requested = grace.get(`/v1/events?wait=25&after=${Date.now()}-0`);
    await passed(100);
    const { body } = await grace.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    const answer = (await requested).body as Polled;
    // On a busy machine what follows may have come before the answer was written.
    expect(reported(answer, body.id as string)[0]).toBe('order.placed');
  });
});
