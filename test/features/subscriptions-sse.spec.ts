import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import { type Client as SseClient, createClient } from 'graphql-sse';

let shop: Shop;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  shop = await Shop.open({}, { ORDER_STEP_MS: '40' });
  ada = await Client.of(shop, 'ada');
  grace = await Client.of(shop, 'grace');
});
afterAll(() => shop?.close());

const clientOf = ({ token }: Client): SseClient =>
  createClient({
    url: `${shop.gateway.url}/graphql`,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    retryAttempts: 0,
  });
const place = async (): Promise<string> =>
  (await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] })).body.id as string;
const ORDER = 'subscription ($id: ID!) { orderStatus(id: $id) { status percent isFinal } }';

describe('a subscription over SSE', () => {
  it('tells the moves of an order, and completes', async () => {
    const id = await place();
    const seen: unknown[] = [];
    for await (const { data } of clientOf(ada).iterate({ query: ORDER, variables: { id } })) seen.push(data);
    expect(seen).toEqual(
      ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'].map((status, index) => ({
        orderStatus: { status, percent: index * 25, isFinal: index === 4 },
      })),
    );
  });

  it('tells what happens to the things of a caller', async () => {
    const events = clientOf(ada).iterate({ query: 'subscription { notifications { type orderId status } }' });
    const first = events.next();
    await eventually(async () => (await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)) === 1);
    const orderId = await place();
    expect((await first).value.data.notifications).toEqual({ type: 'ORDER_PLACED', orderId, status: null });
    expect((await events.next()).value.data.notifications).toEqual({
      type: 'ORDER_MOVED',
      orderId,
      status: 'PAID',
    });
    await events.return!();
    await eventually(async () => (await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)) === 0);
  });

  it('asks anew at each event for what belongs to it', async () => {
    const query = 'subscription { notifications { orderId status order { status lines { product { id } } } } }';
    const events = clientOf(ada).iterate({ query });
    const first = events.next();
    await eventually(async () => (await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)) === 1);
    const id = await place();
    const seen: { status: string | null; order: { status: string; lines: object[] } }[] = [];
    for (let next = await first; ; next = await events.next()) {
      const { notifications } = next.value.data;
      if (notifications.orderId !== id) continue;
      seen.push(notifications);
      if (notifications.status === 'DELIVERED') break;
    }
    await events.return!();
    const way = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];
    // It may have moved on since, but never back to where it was at an event before.
    for (const { status, order } of seen)
      expect(way.indexOf(order.status)).toBeGreaterThanOrEqual(way.indexOf(status ?? 'PLACED'));
    expect(new Set(seen.map(({ order }) => order.status)).size).toBeGreaterThan(2);
    expect(seen.map(({ order }) => order.lines)).toEqual(seen.map(() => [{ product: { id: 'p1' } }]));
  });

  it('tells of an event also where what belongs to it cannot be had', async () => {
    const query = 'subscription { notifications { order { status lines { product { id } } } } }';
    const events = clientOf(ada).iterate({ query });
    const first = events.next();
    await eventually(async () => (await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)) === 1);
    await place();
    await shop.stop('products');
    let last = await first;
    while (last.value.data.notifications.order?.lines[0].product !== null) last = await events.next();
    await events.return!();
    await shop.start('products');
  });

  it('shares the stream of the service with all others', async () => {
    const watches = () => shop.metric(/^upstream_streams_open\{upstream="orders"\} (\d+)$/m);
    const before = await watches();
    let added = 0;
    // On a busy machine an order may have come all its way before anybody looks.
    while (added === 0) {
      const id = await place();
      const all = [1, 2].map(() => clientOf(ada).iterate({ query: ORDER, variables: { id } }));
      await Promise.all(all.map((one) => one.next()));
      added = (await watches()) - before;
      for (const one of all) await one.return!();
      await eventually(async () => (await watches()) === before);
    }
    expect(added).toBe(1);
  });

  it('stops asking the service when its client leaves, or is refused, though nothing happens', async () => {
    const { body } = await ada.get('/v1/orders?status=PLACED&first=1');
    const watches = () => shop.metric(/^upstream_streams_open\{upstream="orders"\} (\d+)$/m);
    await eventually(async () => (await watches()) === 0);
    const all = Array.from({ length: 21 }, () =>
      clientOf(ada).iterate({ query: ORDER, variables: { id: body.items[0].id } }),
    );
    const first = await Promise.allSettled(all.map((one) => one.next()));
    expect(first.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await watches()).toBe(1);
    await Promise.all(all.map((one) => one.return!()));
    await eventually(async () => (await watches()) === 0);
  });

  it.each([
    ['who is not known', ORDER, 'nobody', 401, 'UNAUTHENTICATED'],
    [
      'too expensive a document',
      `subscription { ${Array.from({ length: 31 }, (_, n) => `a${n}: notifications { id }`).join(' ')} }`,
      'ada',
      400,
      'GRAPHQL_TOO_MANY_ROOT_FIELDS',
    ],
    ['what is not there', 'subscription { nothing }', 'ada', 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'without a variable that it needs',
      'subscription ($id: ID!, $n: Boolean!) { orderStatus(id: $id) { status percent @skip(if: $n) } }',
      'ada',
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('is refused before it begins: %s', async (_, query, who, status, code) => {
    const client = who === 'ada' ? ada : Client.anonymous(shop);
    const answer = await client.post(
      '/graphql',
      { query, variables: { id: 'o1' } },
      { accept: 'text/event-stream' },
    );
    const body = (typeof answer.body.errors === 'object' ? answer.body : JSON.parse(answer.text)) as {
      errors: { extensions: { code: string } }[];
    };
    expect([answer.status, body.errors[0]!.extensions.code]).toEqual([status, code]);
  });

  it('says in its one result what it cannot be had for', async () => {
    const { value } = await clientOf(grace)
      .iterate({ query: ORDER, variables: { id: 'nothing' } })
      .next();
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it('is not answered as JSON', async () => {
    const answer = await ada.post('/graphql', { query: 'subscription { notifications { id } }' });
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([406, 'NOT_ACCEPTABLE']);
  });
});

describe('a query or mutation over SSE, as graphql-sse sends all', () => {
  const answersOf = async (payload: { query: string; variables?: Record<string, unknown> }) => {
    const answers: unknown[] = [];
    for await (const answer of clientOf(ada).iterate(payload)) answers.push(answer);
    return answers;
  };

  it.each([
    ['of the compiled way', '{ me { name } }', { data: { me: { name: 'Ada Lovelace' } } }],
    ['of introspection', '{ __type(name: "Money") { name } }', { data: { __type: { name: 'Money' } } }],
    [
      'that writes',
      'mutation { updateProfile(input: { name: "Ada Lovelace" }) { user { name } } }',
      { data: { updateProfile: { user: { name: 'Ada Lovelace' } } } },
    ],
    [
      'with an error',
      '{ order(id: "none") { order { id } } }',
      { data: { order: null }, errors: [expect.anything()] },
    ],
  ])('is one result and the end: %s', async (_, query, answer) => {
    expect(await answersOf({ query })).toEqual([expect.objectContaining(answer)]);
  });

  it('is refused as any other', async () => {
    await expect(answersOf({ query: '{ nothing }' })).rejects.toMatchObject({ response: { status: 400 } });
  });
});
