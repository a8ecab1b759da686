import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';

let shop: Shop;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  shop = await Shop.open({ STREAM_HEARTBEAT_MS: '150', MAX_STREAMS_PER_CALLER: '3' }, { ORDER_STEP_MS: '60' });
  ada = await Client.of(shop, 'ada');
  grace = await Client.of(shop, 'grace');
});
afterAll(() => shop?.close());

const place = async (client = ada): Promise<string> => {
  const { body } = await client.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
  return body.id as string;
};
const follow = (path: string, client: Client | null = ada, lastSeen?: string) =>
  Follower.open(shop.gateway.url + path, client?.token, lastSeen);

const WAY = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];

describe('the stream of an order', () => {
  it('tells every move with how far it has come, and ends; who comes back is told not to', async () => {
    const id = await place();
    const stream = await follow(`/v1/orders/${id}/events`);
    await stream.until('end');
    const moves = stream.all('status');
    expect(moves.map(({ data }) => [data.status, data.step, data.steps, data.percent, data.isFinal])).toEqual(
      WAY.map((status, index) => [status, index + 1, 5, index * 25, index === 4]),
    );
    expect(moves.map(({ id: at }) => at)).toEqual(['1', '2', '3', '4', '5']);
    expect((await ada.get(`/v1/orders/${id}/events`, { 'last-event-id': '5' })).status).toBe(204);
    expect((await ada.get(`/v1/orders/${id}/events?lastEventId=5`)).status).toBe(204);
  });

  it('goes on after the last event that was seen, with none lost and none twice', async () => {
    const id = await place();
    const first = await follow(`/v1/orders/${id}/events`);
    await first.until('status', 2);
    first.close();
    const second = await follow(`/v1/orders/${id}/events`, ada, first.lastId);
    await second.until('end');
    const seen = [...first.all('status'), ...second.all('status')];
    expect(seen.map(({ data }) => data.status)).toEqual(WAY);
  });

  it('is one stream of the service, however many follow, closed when the last has left', async () => {
    const open = async () => (await shop.metric(/^upstream_streams_open\{upstream="orders"\} (\d+)$/m)) as number;
    let seen = 0;
    // On a busy machine an order may have come all its way before anybody looks.
    while (seen === 0) {
      const id = await place();
      const streams = await Promise.all([1, 2, 3].map(() => follow(`/v1/orders/${id}/events`)));
      await Promise.all(streams.map((stream) => stream.until('status')));
      seen = await open();
      for (const stream of streams) stream.close();
      await eventually(async () => (await open()) === 0);
    }
    expect(seen).toBe(1);
  });

  it('says what it is to all in between, with the id of its request', async () => {
    const id = await place();
    const stream = await follow(`/v1/orders/${id}/events`);
    expect(stream.status).toBe(200);
    expect(Object.fromEntries(stream.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      incremental: '?1',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String),
      'x-content-type-options': 'nosniff',
    });
    stream.close();
  });

  it.each([
    ['who is not known', '/v1/orders/o1/events', undefined, 401],
    ["somebody else's", 'theirs', 'ada', 404],
    ['no order', '/v1/orders/nothing/events', 'ada', 404],
    ['an unknown parameter', '/v1/orders/o1/events?form=1', 'ada', 400],
    ['a wait that is too long', '/v1/orders/o1/events?wait=26', 'ada', 422],
  ])('is refused before its first byte: %s', async (_, path, who, status) => {
    const whole = path === 'theirs' ? `/v1/orders/${await place(grace)}/events` : path;
    const answer = await (who ? ada : Client.anonymous(shop)).get(whole);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('can be polled: at once, until something happens, and by who has it all', async () => {
    const id = await place();
    const first = await ada.get(`/v1/orders/${id}/events?wait=25`);
    expect(first.body.events[0]).toMatchObject({ id: '1', event: 'status', data: { status: 'PLACED' } });
    let after = (first.body.events as { id: string }[]).at(-1)!.id;
    const seen = [...(first.body.events as { data: { status: string } }[])];
    while (seen.at(-1)!.data.status !== 'DELIVERED') {
      const { body } = await ada.get(`/v1/orders/${id}/events?wait=25&after=${after}`);
      seen.push(...body.events);
      after = body.events.at(-1).id;
    }
    expect(seen.map(({ data }) => data.status)).toEqual(WAY);
    expect((await ada.get(`/v1/orders/${id}/events?wait=0&after=5`)).status).toBe(204);
    const whole = await ada.get(`/v1/orders/${id}/events?wait=0`);
    expect(whole.headers['etag']).toBe('"5"');
    for (const known of ['"5"', 'W/"5"', '"4", "5"']) {
      const unchanged = await ada.get(`/v1/orders/${id}/events?wait=0`, { 'if-none-match': known });
      expect([unchanged.status, unchanged.headers['content-length']]).toEqual([304, undefined]);
    }
    expect((await ada.get(`/v1/orders/${id}/events?wait=0`, { 'if-none-match': '"4"' })).status).toBe(200);
  });
});

describe('the stream of notifications', () => {
  it('tells of the orders of a caller, each move once, and again what was missed', async () => {
    const [one, two] = [await follow('/v1/events'), await follow('/v1/events')];
    const id = await place();
    const delivered = (stream: Follower) =>
      stream.untilOne(
        ({ event, data }) => event === 'order.moved' && data.orderId === id && data.status === 'DELIVERED',
      );
    await Promise.all([delivered(one), delivered(two)]);
    const of = (stream: Follower) =>
      stream.events.filter(({ data }) => data.orderId === id).map(({ event, data }) => data.status ?? event);
    expect([of(one), of(two)]).toEqual([
      ['order.placed', ...WAY.slice(1)],
      ['order.placed', ...WAY.slice(1)],
    ]);
    const placed = one.events.find(({ event, data }) => event === 'order.placed' && data.orderId === id)!;
    one.close();
    two.close();
    const again = await follow('/v1/events', ada, placed.id);
    await delivered(again);
    expect(of(again)).toEqual(WAY.slice(1));
    again.close();
  });

  it.each(['1-0', `${Date.now() + 3_600_000}-0`, '5', 'größer'])(
    'says that some may be missing to who comes with %s, and tells all that follows once, also to polls',
    async (lastSeen) => {
      // As a browser sends it: in UTF-8.
      const stream = await follow('/v1/events', grace, Buffer.from(lastSeen).toString('latin1'));
      const polled = await grace.get(`/v1/events?wait=0&after=${encodeURIComponent(lastSeen)}`);
      const [gap] = await stream.until('gap');
      expect(gap!.data).toEqual({ lastEventId: lastSeen });
      expect(polled.body.events[0]).toMatchObject({ event: 'gap', data: { lastEventId: lastSeen } });
      const id = await place(grace);
      const isLast = ({ data }: { data: Record<string, unknown> }) =>
        data.orderId === id && data.status === 'DELIVERED';
      await stream.untilOne(isLast);
      stream.close();
      const missed = await grace.get(`/v1/events?wait=0&after=${polled.body.events[0].id}`);
      const of = (events: { event?: string; data: Record<string, unknown> }[]) =>
        events.filter(({ data }) => data.orderId === id).map(({ event, data }) => data.status ?? event);
      expect(of(stream.events)).toEqual(['order.placed', ...WAY.slice(1)]);
      expect(of(missed.body.events)).toEqual(['order.placed', ...WAY.slice(1)]);
    },
  );

  it('tells nobody of what is not theirs', async () => {
    const theirs = await follow('/v1/events', grace);
    const id = await place();
    const mine = await follow(`/v1/orders/${id}/events`);
    await mine.until('end');
    expect(theirs.events.filter(({ data }) => data.orderId === id)).toEqual([]);
    theirs.close();
  });
});

describe('streams', () => {
  it('tick, for anybody', async () => {
    const stream = await follow('/v1/events/clock', null);
    await stream.until('tick', 2);
    stream.close();
  });

  it('beat where nothing happens', async () => {
    const stream = await follow('/v1/events', grace);
    await stream.beaten(2);
    expect(stream.events).toEqual([]);
    stream.close();
  });

  it('of operators are theirs alone, and tell what people do', async () => {
    expect((await ada.get('/v1/events/system')).status).toBe(403);
    expect((await ada.get('/v1/events/user-activity')).status).toBe(403);
    const stream = await follow('/v1/events/user-activity', grace);
    await Client.of(shop, 'ada');
    expect(await stream.untilOne(({ data }) => data.event === 'login.ok')).toMatchObject({ event: 'activity' });
    stream.close();
  });

  it('are limited for each caller', async () => {
    const client = await Client.newCustomer(shop, 'many@example.com');
    const open = [
      await follow('/v1/events', client),
      await follow('/v1/events', client),
      await follow('/v1/events', client),
    ];
    const refused = await client.get('/v1/events');
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
      429,
      'RATE_LIMITED',
      '5',
    ]);
    open.pop()!.close();
    await eventually(() =>
      follow('/v1/events', client).then((stream) => (open.push(stream), stream.status === 200)),
    );
    for (const stream of open) stream.close();
  });

  it('end with the session that they belong to', async () => {
    const { body } = await Client.anonymous(shop).post('/v1/auth/login', {
      email: 'ada@example.com',
      password: 'analytical-engine',
    });
    const stream = await Follower.open(`${shop.gateway.url}/v1/events`, body.accessToken as string);
    await Client.anonymous(shop).post('/v1/auth/logout', { refreshToken: body.refreshToken });
    expect((await stream.until('end'))[0]!.data).toEqual({ reason: 'logout' });
    await stream.closed;
  });

  it('are no requests under way, and one access line each', async () => {
    const stream = await follow('/v1/events', grace);
    expect(await shop.metric(/^shedding_in_flight (\d+)$/m)).toBe(0);
    const requestId = stream.headers.get('x-request-id')!;
    stream.close();
    const line = await shop.logs.gateway.first({ requestId, msg: 'request' });
    expect(line).toMatchObject({ route: '/v1/events', status: 200 });
  });
});
