import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';
import request from 'supertest';

let shop: Shop;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
  grace = await Client.of(shop, 'grace');
});
afterAll(() => shop?.close());

const follow = (path: string, client: Client | null = ada) =>
  Follower.open(shop.gateway.url + path, client?.token);

describe('operators', () => {
  const admin = async (method: 'get' | 'delete' | 'post', path: string, body?: object) =>
    request(shop.gateway.adminUrl)[method](path).set('authorization', `Bearer ${grace.token}`).send(body);

  it('see which streams are open, and end one', async () => {
    const stream = await follow('/v1/events');
    const { body } = await admin('get', '/admin/streams');
    const mine = body.streams.find((one: { callerId: string }) => one.callerId === 'u1') as { id: string };
    expect(mine).toMatchObject({ route: '/v1/events', address: '127.0.0.1', sent: 0, heldBytes: 0 });
    expect(body.byRoute['/v1/events']).toBe(body.open);
    expect((await admin('delete', `/admin/streams/${mine.id}`)).status).toBe(204);
    expect((await stream.until('end'))[0]!.data).toEqual({ reason: 'operator' });
    expect((await admin('delete', `/admin/streams/${mine.id}`)).status).toBe(404);
  });

  it('say something to all, to a user, to a scope, to who follows a route, and hear how many that reached', async () => {
    const streams = [
      await follow('/v1/events'),
      await follow('/v1/events', grace),
      await follow('/v1/events/clock', null),
    ];
    const send = async (to: object | undefined) =>
      (await admin('post', '/admin/broadcast', { message: JSON.stringify(to ?? 'all'), ...(to ? { to } : {}) }))
        .body.received as number;
    const counts = [];
    for (const to of [
      undefined,
      { userId: 'u1' },
      { scope: 'admin' },
      { route: '/v1/events/clock' },
      { userId: 'nobody' },
    ])
      counts.push(await send(to));
    expect(counts).toEqual([3, 1, 1, 1, 0]);
    await Promise.all(streams.map((stream) => stream.until('broadcast', 2)));
    expect(streams.map((stream) => stream.all('broadcast').map(({ data }) => data.message))).toEqual([
      ['"all"', '{"userId":"u1"}'],
      ['"all"', '{"scope":"admin"}'],
      ['"all"', '{"route":"/v1/events/clock"}'],
    ]);
    for (const stream of streams) stream.close();
    expect((await admin('post', '/admin/broadcast', { message: '' })).status).toBe(422);
  });
});
