import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatClient } from '#test/support/chat-client';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import request from 'supertest';
import { WebSocket } from 'ws';

const access = new Access();
let shop: Shop;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey }, { ORDER_STEP_MS: '30' });
  ada = await Client.of(shop, 'ada');
  grace = await Client.of(shop, 'grace');
});
afterAll(() => shop?.close());

const asOperator = () => ({ authorization: `Bearer ${grace.token}` });
const report = async () => {
  const { body } = await request(shop.gateway.adminUrl).get('/admin/streams').set(asOperator());
  return body as {
    open: number;
    opened: number;
    ended: Record<string, number>;
    streams: { id: string; route: string }[];
  };
};
const follow = (path = '/v1/events', token = ada.token) => Follower.open(shop.gateway.url + path, token);

async function graphqlSocket(): Promise<WebSocket> {
  const socket = new WebSocket(`${shop.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } }));
  await once(socket, 'message');
  return socket;
}

async function chat(): Promise<ChatClient> {
  const client = ChatClient.open(shop.gateway.url, ada.token);
  await once(client.socket as never, 'connect');
  return client;
}

/** A stream that is opened and ends, and why. */
const ENDS: [what: string, reason: string, open: () => Promise<unknown>][] = [
  ['a client that leaves its events', 'client', async () => (await follow()).close()],
  [
    'a client that leaves its poll',
    'client',
    async () => {
      const { port } = new URL(shop.gateway.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`GET /v1/events?wait=25 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ada.token}\r\n\r\n`);
      await eventually(async () => (await report()).open !== 0);
      socket.destroy();
    },
  ],
  ['a client that closes its WebSocket', 'client', async () => (await graphqlSocket()).close()],
  ['a client whose WebSocket is lost', 'client', async () => (await graphqlSocket()).terminate()],
  ['a client that leaves its Socket.IO', 'client', async () => (await chat()).socket.disconnect()],
  [
    'an order that is delivered',
    'complete',
    async () => {
      const { body } = await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
      await (
        await follow(`/v1/orders/${body.id}/events`)
      ).closed;
    },
  ],
  ['a poll in which nothing happened', 'complete', async () => ada.get('/v1/events?wait=0')],
  [
    'a poll that was answered',
    'complete',
    async () => {
      const { body } = await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
      expect((await ada.get(`/v1/orders/${body.id}/events?wait=0`)).status).toBe(200);
    },
  ],
  [
    'the head of a stream',
    'complete',
    async () => request(shop.gateway.url).head('/v1/events').set(access.of('u1')),
  ],
  [
    'a page in parts',
    'complete',
    async () => (await Follower.open(`${shop.gateway.url}/v1/home`, ada.token)).closed,
  ],
  [
    'a WebSocket that breaks the protocol',
    'error',
    async () => {
      const socket = await graphqlSocket();
      socket.send('no JSON');
      await once(socket, 'close');
    },
  ],
  [
    'a Socket.IO that says too much',
    'error',
    async () => {
      const { socket } = await chat();
      for (let i = 0; i < 400; i += 1) socket.emit('nothing', i);
      await once(socket as never, 'disconnect');
      socket.disconnect();
    },
  ],
  [
    'an operator who ends one',
    'operator',
    async () => {
      const stream = await follow();
      const { id } = (await report()).streams[0]!;
      await request(shop.gateway.adminUrl).delete(`/admin/streams/${id}`).set(asOperator());
      await stream.closed;
    },
  ],
  [
    'a token that expires',
    'expired',
    async () => {
      const { authorization } = access.expiring('u1');
      await (
        await follow('/v1/events', authorization.replace('Bearer ', ''))
      ).closed;
    },
  ],
  [
    'a session that is over',
    'logout-all',
    async () => {
      const other = await Client.of(shop, 'ada');
      const stream = await follow('/v1/events', other.token);
      await other.post('/v1/auth/logout-all', {});
      await stream.closed;
    },
  ],
];

describe('the end of every stream is counted once, by why', () => {
  it.each(ENDS)('%s: %s', async (_, reason, open) => {
    const before = await report();
    await open();
    let now = await report();
    while (now.open > 0 || now.opened === before.opened) now = await report();
    const ended = Object.entries(now.ended).flatMap(([name, count]) =>
      count === before.ended[name] ? [] : [[name, count - before.ended[name]!]],
    );
    expect(ended).toEqual([[reason, now.opened - before.opened]]);
    expect(await shop.metric(RegExp(`^streams_ended_total\\{reason="${reason}"\\} (\\d+)$`, 'm'))).toBe(
      now.ended[reason],
    );
  });

  it('has the same reasons from the start on', async () => {
    const { gateway } = shop;
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(text).toContain('streams_ended_total{reason="overflow"} 0');
    expect(text.match(/^streams_ended_total\{/gm)!.length).toBeLessThan(20);
  });
});
