import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type Reachable } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { send } from '#test/support/snippets/chat-stream';
import { followOrder } from '#test/support/snippets/event-source';
import { home } from '#test/support/snippets/fetch-stream';
import { enterRoom, type ChatMessage, post } from '#test/support/snippets/socket-io';
import { mayRetry, notifications } from '#test/support/snippets/web-socket';
import { StreamingPair } from '#test/support/streaming-pair';
import { eventually } from '#libs/testing';
import { createClient } from 'graphql-sse';
import { stringifyMessage, TerminatedCloseEvent, MessageType } from 'graphql-ws';
import { WebSocket } from 'ws';

const STEP_MS = 40;
/** More than one answer to `join` has, and as many as come while the client reads those. */
const [MISSED, COMING] = [150, 50];

/** Where the clients are, and where things happen. */
interface Places {
  here: Reachable & { adminUrl: string };
  there: Reachable;
  close(): Promise<void>;
}

const pair = await StreamingPair.open(STEP_MS);

const PLACES: [string, () => Promise<Places>][] = [
  [
    'at one gateway, without Redis',
    async () => {
      const shop = await Shop.open({}, { ORDER_STEP_MS: `${STEP_MS}` });
      const here = { gateway: shop.gateway, adminUrl: shop.gateway.adminUrl };
      return { here, there: here, close: () => shop.close() };
    },
  ],
  ...(pair
    ? ([
        [
          'at two gateways, each a process, over Redis',
          async () => ({ here: pair.pair.one, there: pair.pair.other, close: () => pair.close() }),
        ],
      ] as [string, () => Promise<Places>][])
    : []),
];

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

describe.each(PLACES)('a client of docs/realtime.md, %s', (_, open) => {
  let places: Places;
  let ada: Client;
  let url: string;

  beforeAll(async () => {
    places = await open();
    url = places.here.gateway.url;
    ada = await Client.of(places.there, 'ada');
  });
  afterAll(() => places?.close());

  const place = async (): Promise<string> =>
    (await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] })).body.id as string;
  /** Waits until somebody listens here. */
  const heardHere = async () => {
    const isOpen = /^streams_open\{route="\/graphql"\} 1$/m;
    await eventually(async () => isOpen.test(await (await fetch(`${places.here.adminUrl}/metrics`)).text()));
  };

  it('follows an order with EventSource', async () => {
    const moves = listening<object>();
    const source = followOrder(url, () => ada.token!, await place(), moves.add);
    const all = await moves.until(({ length }) => length === 5);
    expect(all.at(-1)).toMatchObject({ status: 'DELIVERED', percent: 100, isFinal: true });
    source.close();
  });

  it('goes on with EventSource where an operator ends its stream', async () => {
    const admin = { headers: { authorization: `Bearer ${(await Client.of(places.there, 'grace')).token}` } };
    // On a busy machine an order may be delivered before its stream is ended: then another one is followed.
    const { moves, source } = await eventually(async () => {
      const moves = listening<object>();
      const source = followOrder(url, () => ada.token!, await place(), moves.add);
      await moves.until(({ length }) => length >= 1);
      const open = await fetch(`${places.here.adminUrl}/admin/streams`, admin);
      const [stream] = ((await open.json()) as { streams: { id: string }[] }).streams;
      const path = `${places.here.adminUrl}/admin/streams/${stream?.id}`;
      if (stream && (await fetch(path, { method: 'DELETE', ...admin })).ok) return { moves, source };
      source.close();
      return undefined;
    });
    const all = await moves.until(({ length }) => length === 5);
    expect(all.at(-1)).toMatchObject({ status: 'DELIVERED', percent: 100, isFinal: true });
    source.close();
  });

  it('reads the home page part by part with fetch', async () => {
    const pages: object[] = [];
    const whole = await home(url, ada.token!, (page) => void pages.push(page));
    expect(pages).toHaveLength(4);
    expect(whole).toEqual((await ada.get('/v1/home')).body);
  });

  it('hears of its orders with graphql-ws', async () => {
    const events = listening<object>();
    const client = notifications(url, () => ada.token!, events.add);
    await heardHere();
    // A connection is counted before its subscription runs: what is heard of one order says that it does.
    const before = await place();
    await events.until((list) => list.some((one) => 'orderId' in one && one.orderId === before));
    const orderId = await place();
    const isDelivered = (one: object) =>
      'orderId' in one && one.orderId === orderId && 'status' in one && one.status === 'DELIVERED';
    const all = await events.until((list) => list.some(isDelivered));
    expect(all.filter((one) => 'orderId' in one && one.orderId === orderId)).toHaveLength(5);
    await client.dispose();
  });

  it('is asked for a new token by graphql-sse where the old one has expired', async () => {
    const tokens = ['expired', ada.token];
    // Called for each request, as a page would renew its token.
    const headers = () => ({ authorization: `Bearer ${tokens.shift()}` });
    const client = createClient({ url: `${url}/graphql`, headers, retry: async () => {} });
    const orderId = await place();
    const events = client.iterate({
      query: 'subscription ($id: ID!) { orderStatus(id: $id) { status } }',
      variables: { id: orderId },
    });
    expect((await events.next()).value.data).toEqual({ orderStatus: { status: 'PLACED' } });
    expect(tokens).toEqual([]);
    await events.return!();
  });

  it('hears of its orders with graphql-sse', async () => {
    const headers = { authorization: `Bearer ${ada.token}` };
    const client = createClient({ url: `${url}/graphql`, headers, retryAttempts: 0 });
    const events = client.iterate({ query: 'subscription { notifications { orderId status } }' });
    const first = events.next();
    await heardHere();
    const orderId = await place();
    const seen: (string | null)[] = [];
    for (let next = await first; ; next = await events.next()) {
      const reported = next.value.data!['notifications'] as { orderId: string; status: string | null };
      if (reported.orderId !== orderId) continue;
      seen.push(reported.status);
      if (reported.status === 'DELIVERED') break;
    }
    expect(seen).toEqual([null, 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED']);
    await events.return!();
  });

  it('asks the assistant', async () => {
    let text = '';
    const messages = [{ role: 'user', content: 'Where is my order?' }];
    for await (const words of send(url, ada.token!, messages)) text += words;
    expect(text).toMatch(/^Your newest order is [\w-]+: /);
  });

  it('talks about an order with Socket.IO', async () => {
    const orderId = await place();
    const [heard, there] = [listening<ChatMessage>(), listening<ChatMessage>()];
    const customer = enterRoom(url, () => ada.token!, orderId, heard.add);
    const grace = await Client.of(places.there, 'grace');
    const support = enterRoom(places.there.gateway.url, () => grace.token!, orderId, there.add);
    await post(customer, orderId, 'Where is it?');
    await there.until(({ length }) => length === 1);
    customer.io.engine.close();
    await post(support, orderId, 'On its way.');
    const isOnItsWay = ({ text }: ChatMessage) => text === 'On its way.';
    expect((await heard.until((all) => all.some(isOnItsWay))).filter(isOnItsWay)).toHaveLength(1);
    customer.disconnect();
    support.disconnect();
  });

  it('gets each message once and in order, of many that it missed and of those that come as it returns', async () => {
    const orderId = await place();
    const [heard, there] = [listening<ChatMessage>(), listening<ChatMessage>()];
    const customer = enterRoom(url, () => ada.token!, orderId, heard.add);
    const grace = await Client.of(places.there, 'grace');
    const support = enterRoom(places.there.gateway.url, () => grace.token!, orderId, there.add);
    await post(support, orderId, 'First');
    await heard.until(({ length }) => length === 1);
    customer.disconnect();
    const texts = Array.from({ length: MISSED + COMING }, (_, n) => `${n}`);
    for (const text of texts.slice(0, MISSED)) await post(support, orderId, text);
    customer.connect();
    for (const text of texts.slice(MISSED)) await post(support, orderId, text);
    const all = await heard.until(({ length }) => length > texts.length);
    expect(all.map(({ text }) => text)).toEqual(['First', ...texts]);
    customer.disconnect();
    support.disconnect();
  });
});

describe('a client of the chat that was refused, and may come later', () => {
  it.each([
    ['a gateway that was full, by itself', { MAX_STREAMS: '1' }, true],
    ['a caller who had too many streams, as documented', { MAX_STREAMS_PER_CALLER: '1' }, false],
  ])('connects again: %s', async (_, settings, triesByItself) => {
    const shop = await Shop.open(settings);
    const ada = await Client.of(shop, 'ada');
    const enter = () =>
      enterRoom(
        shop.gateway.url,
        () => ada.token!,
        'o1',
        () => {},
      );
    const first = enter();
    await new Promise<void>((resolve) => void first.once('connect', resolve));
    const second = enter();
    await new Promise<Error>((resolve) => void second.once('connect_error', resolve));
    expect(second.active).toBe(triesByItself);
    first.disconnect();
    await new Promise<void>((resolve) => void second.once('connect', resolve));
    second.disconnect();
    await shop.close();
  });
});

describe('a client with graphql-ws', () => {
  it('tries again after a refused connection and a lost one, and not what it cannot send', async () => {
    const refused = await new Promise((resolve) => {
      new WebSocket('ws://127.0.0.1:1').addEventListener('error', resolve);
    });
    expect([refused, new TerminatedCloseEvent()].map(mayRetry)).toEqual([true, true]);
    let thrown: unknown;
    try {
      stringifyMessage({ id: '1', type: MessageType.Subscribe, payload: {} as { query: string } });
    } catch (error) {
      thrown = error;
    }
    expect([thrown, mayRetry(thrown)]).toEqual([expect.any(Error), false]);
  });
});
