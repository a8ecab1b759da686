import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { ask } from '#test/support/snippets/chat-stream';
import { followOrder } from '#test/support/snippets/event-source';
import { enterRoom, type Said, say } from '#test/support/snippets/socket-io';
import { home } from '#test/support/snippets/fetch-stream';
import { notifications } from '#test/support/snippets/web-socket';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open({}, { ORDER_STEP_MS: '40' });
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop?.close());

const place = async (): Promise<string> =>
  (await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] })).body.id as string;

/** Waits until a list has what it should. */
function listening<T>() {
  const all: T[] = [];
  let heard = () => {};
  const add = (one: T) => {
    all.push(one);
    heard();
  };
  const until = async (is: (all: T[]) => boolean) => {
    while (!is(all)) await new Promise<void>((resolve) => (heard = resolve));
    return all;
  };
  return { add, until };
}

describe('docs/realtime.md shows a client that', () => {
  it('follows an order with EventSource', async () => {
    const moves = listening<object>();
    const source = followOrder(shop.gateway.url, ada.token!, await place(), moves.add);
    const all = await moves.until(({ length }) => length === 5);
    expect(all.at(-1)).toMatchObject({ status: 'DELIVERED', percent: 100, isFinal: true });
    source.close();
  });

  it('reads the home page part by part with fetch', async () => {
    const pages: object[] = [];
    const whole = await home(shop.gateway.url, ada.token!, (page) => void pages.push(page));
    expect(pages).toHaveLength(4);
    expect(whole).toEqual((await ada.get('/v1/home')).body);
  });

  it('hears of its orders with graphql-ws', async () => {
    const events = listening<object>();
    const client = notifications(shop.gateway.url, () => ada.token!, events.add);
    while ((await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)) !== 1);
    const orderId = await place();
    const all = await events.until((list) => list.some((one) => 'status' in one && one.status === 'DELIVERED'));
    expect(all.filter((one) => 'orderId' in one && one.orderId === orderId)).toHaveLength(5);
    await client.dispose();
  });

  it('asks the assistant', async () => {
    let said = '';
    const messages = [{ role: 'user', content: 'Where is my order?' }];
    for await (const words of ask(shop.gateway.url, ada.token!, messages)) said += words;
    expect(said).toMatch(/^Your newest order is [\w-]+: /);
  });

  it('talks about an order with Socket.IO', async () => {
    const orderId = await place();
    const [heard, there] = [listening<Said>(), listening<Said>()];
    const customer = enterRoom(shop.gateway.url, () => ada.token!, orderId, heard.add);
    const grace = await Client.of(shop, 'grace');
    const support = enterRoom(shop.gateway.url, () => grace.token!, orderId, there.add);
    await say(customer, orderId, 'Where is it?');
    await there.until(({ length }) => length === 1);
    customer.io.engine.close();
    await say(support, orderId, 'On its way.');
    const isOnItsWay = ({ text }: Said) => text === 'On its way.';
    expect((await heard.until((all) => all.some(isOnItsWay))).filter(isOnItsWay)).toHaveLength(1);
    customer.disconnect();
    support.disconnect();
  });
});
