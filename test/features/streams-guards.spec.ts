import { once } from 'node:events';
import { request as open, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { Browser } from '#test/support/browser';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import request from 'supertest';
import { WebSocket } from 'ws';

const PAGE = 'https://shop.example';
const access = new Access();
let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey, CORS_ORIGINS: PAGE, MAX_STREAMS: '3' });
});
afterAll(() => shop?.close());

const tokenOf = ({ authorization }: { authorization: string }) => authorization.replace('Bearer ', '');
const follow = (path: string, token?: string) => Follower.open(shop.gateway.url + path, token);
const socketUrl = () => `${shop.gateway.url.replace('http', 'ws')}/graphql`;

/** The status of a stream that is asked for with these headers, without waiting for its end. */
async function statusOf(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const pending = open(shop.gateway.url + path, { agent: false, method, headers }).end();
  const [answer] = (await once(pending, 'response')) as [IncomingMessage];
  answer.destroy();
  return answer.statusCode!;
}

describe('a stream', () => {
  it('ends with the token that it was opened with', async () => {
    const stream = await follow('/v1/events', tokenOf(access.expiring('u1')));
    expect((await stream.until('end'))[0]!.data).toEqual({ reason: 'expired' });
    await stream.closed;
  });

  it('over a WebSocket ends so, too, with a code that its client comes back after', async () => {
    const socket = new WebSocket(socketUrl(), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: access.expiring('u1') }));
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4403, 'expired']);
  });

  it('is refused where there are too many of all', async () => {
    const streams = await Promise.all(
      ['u1', 'u3', 'u4'].map((id) => follow('/v1/events', tokenOf(access.of(id)))),
    );
    const { status, body, headers } = await request(shop.gateway.url).get('/v1/events').set(access.of('u5'));
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'OVERLOADED', '5']);
    for (const stream of streams) stream.close();
    await eventually(async () => (await shop.metric(/^streams_open\{.*\} (\d+)$/m)) === 0);
  });

  it('is not kept for who has left before it began', async () => {
    for (let time = 0; time < 20; time += 1) {
      const pending = open(`${shop.gateway.url}/v1/events`, { agent: false, headers: access.of('u1') });
      pending.on('error', () => {});
      pending.end();
      await once(pending, 'finish');
      setImmediate(() => pending.destroy());
    }
    await eventually(async () => (await shop.metric(/^streams_open\{.*\} (\d+)$/m)) === 0);
    const again = await follow('/v1/events', tokenOf(access.of('u1')));
    expect(again.status).toBe(200);
    again.close();
  });

  it('that is polled counts while it waits, and is no request under way', async () => {
    const pending = Promise.all(
      Array.from({ length: 3 }, async () =>
        request(shop.gateway.url).get('/v1/events?wait=1').set(access.of('u1')),
      ),
    );
    await eventually(async () => (await shop.metric(/^streams_open\{.*\} (\d+)$/m)) === 3);
    expect(await shop.metric(/^shedding_in_flight (\d+)$/m)).toBe(0);
    expect((await request(shop.gateway.url).get('/v1/events?wait=1').set(access.of('u3'))).status).toBe(503);
    expect((await pending).map(({ status }) => status)).toEqual([204, 204, 204]);
  });

  it('has a head that can be asked for alone', async () => {
    const { status, headers } = await request(shop.gateway.url).head('/v1/events').set(access.of('u1'));
    expect([status, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await shop.metric(/^streams_open\{.*\} (\d+)$/m)).toBe(0);
  });

  it('is a page’s with the cookie of its session, and nobody else’s page has it', async () => {
    const browser = Browser.at(shop);
    await browser.post('/bff/login', { email: 'ada@example.com', password: 'analytical-engine' });
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const stream = { cookie, accept: 'text/event-stream' };
    expect(await statusOf('/v1/events', { ...stream, origin: PAGE })).toBe(200);
    expect(await statusOf('/v1/events', { ...stream, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await statusOf('/v1/events', { ...stream, origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf('/v1/events', { ...stream, 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('over a WebSocket is a page’s with its cookie, too', async () => {
    const browser = Browser.at(shop);
    await browser.post('/bff/login', { email: 'ada@example.com', password: 'analytical-engine' });
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const socket = new WebSocket(socketUrl(), 'graphql-transport-ws', { headers: { cookie, origin: PAGE } });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ me { id } }' } }));
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({ type: 'next', payload: { data: { me: { id: 'u1' } } } });
    socket.close();
  });
});
