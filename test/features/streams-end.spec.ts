import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatClient } from '#test/support/chat-client';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import request from 'supertest';
import { WebSocket } from 'ws';

/** Long enough that clients which waited for a random time of up to 5 s alone would come back within it. */
const DRAIN_MS = 4_000;

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop?.close());

describe('a gateway that is asked to stop', () => {
  it.each(['drain', 'stop'] as const)('sends its streams elsewhere, not all at once: %s', async (how) => {
    const { gateway } = await secondGateway(shop, () => ({ DRAIN_MS: `${DRAIN_MS}` }));
    const { token } = await Client.of({ gateway }, 'ada');
    const streams = await Promise.all(
      Array.from({ length: 5 }, () => Follower.open(`${gateway.url}/v1/events`, token)),
    );
    const startedAt = performance.now();
    const done = how === 'drain' ? gateway.drain!() : gateway.stop();
    for (const stream of streams) await stream.until('shutdown');
    await Promise.all(streams.map((stream) => stream.closed));
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    const retries = streams.map(({ retryMs }) => retryMs!);
    expect(new Set(retries).size).toBeGreaterThan(1);
    const drainMs = how === 'drain' ? DRAIN_MS : 0;
    expect(Math.max(...retries)).toBeLessThanOrEqual(drainMs + 6_000);
    expect(Math.min(...retries)).toBeGreaterThan(drainMs - 100);
    if (how === 'stop') return done;
    const { status, text } = await request(gateway.url).get('/v1/events/clock');
    const retryMs = Number(/\nretry: (\d+)\nevent: shutdown\n/.exec(text)?.[1]);
    expect([status, retryMs > DRAIN_MS / 2]).toEqual([200, true]);
    const poll = await request(gateway.url).get('/v1/events/clock?wait=1').set('accept', 'application/json');
    expect([poll.status, poll.body.code]).toEqual([503, 'OVERLOADED']);
    await done;
    await gateway.stop();
  });
});

describe('a socket of a gateway that is asked to stop', () => {
  it('is told that it can come back', async () => {
    const { gateway } = await secondGateway(shop, () => ({}));
    const { token } = await Client.of({ gateway }, 'ada');
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await once(socket, 'message');
    await gateway.stop();
    // Service restart.
    expect((await closed)[0]).toBe(1012);
  });

  it('comes back by itself if it is one of Socket.IO, which takes a refusal of its connection as final', async () => {
    const { gateway } = await secondGateway(shop, () => ({ DRAIN_MS: '2000' }));
    const { token } = await Client.of({ gateway }, 'ada');
    const chat = await ChatClient.in(gateway.url, token!);
    const done = gateway.drain!();
    expect(await chat.until('end')).toEqual({ reason: 'shutdown' });
    await chat.until('(connect_error)');
    expect(chat.socket.active).toBe(true);
    chat.close();
    await done;
    await gateway.stop();
  });
});

describe('a client that does not read', () => {
  it('is held 256 kB, told so, and cut; others hear on', async () => {
    const grace = await Client.of(shop, 'grace');
    const { port } = new URL(shop.gateway.url);
    const lazy = connect(Number(port), '127.0.0.1');
    lazy.pause();
    lazy.write(`GET /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${grace.token}\r\n\r\n`);
    const other = await Follower.open(`${shop.gateway.url}/v1/events`, ada.token);
    const send = () =>
      request(shop.gateway.adminUrl)
        .post('/admin/broadcast')
        .set('authorization', `Bearer ${grace.token}`)
        .send({ message: 'x'.repeat(2_000) });
    const held = async () => {
      const { body } = await request(shop.gateway.adminUrl)
        .get('/admin/streams')
        .set('authorization', `Bearer ${grace.token}`);
      return body as { open: number; streams: { heldBytes: number }[]; ended: Record<string, number> };
    };
    let max = 0;
    let text = 0;
    // What the kernel holds comes first.
    for (let report = await held(); report.open > 1; report = await held()) {
      max = Math.max(max, ...report.streams.map(({ heldBytes }) => heldBytes));
      await Promise.all(Array.from({ length: 50 }, send));
      text += 50;
    }
    expect(max).toBeLessThanOrEqual(256 * 1024 + 2_200);
    expect((await held()).ended).toMatchObject({ overflow: 1 });
    await other.until('broadcast', text);
    other.close();
    lazy.destroy();
  });
});

describe('an orders service that is restarted', () => {
  it('is missed, and said so; the stream goes on with none lost and none twice', async () => {
    const moving = await Shop.open({}, { ORDER_STEP_MS: '300' });
    const client = await Client.of(moving, 'ada');
    const { body } = await client.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    const stream = await Follower.open(`${moving.gateway.url}/v1/orders/${body.id}/events`, client.token);
    await stream.until('status');
    await moving.stop('orders');
    expect((await stream.until('degraded'))[0]!.data).toEqual({ part: 'order', reason: 'UNAVAILABLE' });
    await moving.start('orders');
    await stream.until('restored');
    await stream.until('end');
    expect(stream.all('status').map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
    await moving.close();
  });
});
