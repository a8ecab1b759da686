import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send, PATH, question, textOf } from '#test/support/requests';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

describe('the assistant, through the gateway', () => {
  let shop: Shop;
  let ada: Client;
  let grace: Client;

  beforeAll(async () => {
    shop = await Shop.open({ RATE_LIMIT: 'on', RATE_LIMIT_CUSTOMER: '1200/3600' });
    [ada, grace] = await Promise.all([Client.of(shop, 'ada'), Client.of(shop, 'grace')]);
  });
  afterAll(() => shop?.close());

  it("answers from the caller's orders, as chunks and then [DONE]", async () => {
    const { response, hear } = await send(shop, ada, question('Where is my order?'));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      incremental: '?1',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String),
    });
    const events = await hear();
    expect(events.pop()).toEqual({ event: undefined, data: '[DONE]' });
    const { body } = await ada.get('/v1/orders?first=1');
    expect(textOf(events)).toContain(`Your newest order is ${body.items[0].id}:`);
  });

  it('answers from the catalogue', async () => {
    const { body } = await ada.get('/v1/products/p7?fields=product.name');
    const { hear } = await send(shop, ada, question(`How much is the ${body.product.name}?`));
    expect(textOf(await hear())).toContain(body.product.name);
  });

  it('says what it could not see, and answers all the same', async () => {
    await shop.stop('orders');
    const { hear } = await send(shop, ada, question('Where is my order?'));
    const [first, ...others] = await hear();
    expect([first!.event, JSON.parse(first!.data)]).toEqual([
      'degraded',
      { degraded: [{ part: 'orders', reason: 'UNAVAILABLE' }] },
    ]);
    expect(textOf(others)).toContain('cannot see your orders');
    await shop.start('orders');
  });

  it.each([
    ['no messages', {}, 400, 'messages'],
    ['none', { messages: [] }, 422, 'messages'],
    [
      'too many',
      { messages: Array.from({ length: 51 }, () => ({ role: 'user', content: 'x' })) },
      422,
      'messages',
    ],
    ['instructions', { messages: [{ role: 'system', content: 'x' }] }, 422, 'messages.0.role'],
    ['an empty one', { messages: [{ role: 'user', content: ' ' }] }, 422, 'messages.0.content'],
    ['one that is too long', question('x'.repeat(4_001)), 422, 'messages.0.content'],
    ['no question', { messages: [{ role: 'assistant', content: 'x' }] }, 422, 'messages.0.role'],
    ['more', { ...question('x'), model: 'dear' }, 400, 'model'],
  ])('refuses %s before it begins', async (_, body, status, field) => {
    const answer = await ada.post(PATH, body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([status, field]);
  });

  it('reserves what an answer may cost, and gives back what it did not', async () => {
    const left = async () => {
      const at = `${shop.gateway.adminUrl}/admin/limits?caller=u2`;
      const answer = await fetch(at, { headers: { authorization: `Bearer ${grace.token}` } });
      const { buckets } = (await answer.json()) as { buckets: { policy: string; remaining: number }[] };
      return buckets.find(({ policy }) => policy === 'customer')!.remaining;
    };
    const before = await left();
    const { response, hear } = await send(shop, grace, question('Hello'));
    const reserved = Number(/r=(\d+)/.exec(response.headers.get('ratelimit')!)![1]);
    expect(before - reserved).toBeGreaterThanOrEqual(19);
    await hear();
    // With time alone one comes back in three seconds.
    expect((await left()) - reserved).toBeGreaterThan(10);
    expect(await left()).toBeLessThan(before);
  });
});
