import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { HEARTBEAT_MS, IDLE_SECONDS } from '#test/neighbours/proxies/deployed';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';
import { Follower } from '#test/support/follower';
import { ChatClient } from '#test/support/chat-client';
import { type GraphqlSocket, openGraphqlSocket } from './graphql-socket.ts';

/** So many heartbeats are more than the idle timeout of the proxy, by half. */
const BEATS = Math.ceil((1.5 * IDLE_SECONDS * 1_000) / HEARTBEAT_MS) + 1;

/** Streams and WebSockets: each event at once, and open for as long as nothing happens. */
export function streams(opened: () => ProxiedShop): void {
  const placed = async (): Promise<string> => {
    const body = { lines: [{ productId: 'p1', quantity: 1 }] };
    const { json } = await opened().visit('/v1/orders', { method: 'POST', headers: caller(), body });
    return json<{ id: string }>().id;
  };
  const cancelled = (id: string) =>
    opened().visit(`/v1/orders/${id}/cancel`, { method: 'POST', headers: caller() });
  const caller = () => opened().access.of('u1');
  const token = () => caller().authorization.slice('Bearer '.length);

  describe('a stream of events', () => {
    it('is heard event by event, as they happen', async () => {
      const id = await placed();
      const follower = await Follower.open(`${opened().gateway.url}/v1/orders/${id}/events`, token());
      expect((await follower.until('status'))[0]!.data).toMatchObject({ status: 'PLACED' });
      expect((await cancelled(id)).status).toBe(200);
      expect((await follower.until('status', 2))[1]!.data).toMatchObject({ status: 'CANCELLED' });
      await follower.closed;
    });

    it('is one for each client, though anybody may hear it', async () => {
      const path = '/v1/events/clock';
      const followers = [
        await Follower.open(opened().gateway.url + path),
        await Follower.open(opened().gateway.url + path),
      ];
      await Promise.all(followers.map((one) => one.until('tick')));
      for (const one of followers) one.close();
      expect(opened().reached(path)).toBe(2);
    });

    it.each<Record<string, string>>([{}, { accept: '*/*' }])(
      'is heard by clients that name no type: %j',
      async (headers) => {
        const { status, headers: answered } = await opened().begun('/v1/events/clock', headers);
        expect([status, answered['content-type']]).toEqual([200, expect.stringMatching(/^text\/event-stream/)]);
      },
    );

    it('ends at the gateway when its client leaves', async () => {
      const open = () => opened().shop.metric(/^streams_open\{route="\/v1\/events"\} (\d+)$/m);
      const follower = await Follower.open(`${opened().gateway.url}/v1/events`, token());
      await follower.beaten(1);
      expect(await open()).toBe(1);
      follower.close();
      while ((await open()) !== 0) await wait(20);
    });
  });

  describe('WebSockets', () => {
    it('speak graphql-transport-ws at /graphql', async () => {
      const socket = await openGraphqlSocket(opened().gateway.url, caller());
      const id = await placed();
      socket.subscribe(`subscription { orderStatus(id: "${id}") { status } }`);
      expect(await socket.next()).toEqual({ orderStatus: { status: 'PLACED' } });
      await cancelled(id);
      expect(await socket.next()).toEqual({ orderStatus: { status: 'CANCELLED' } });
      socket.close();
    });

    it('speak Socket.IO at /socket.io/', async () => {
      const orderId = await placed();
      const chat = await ChatClient.in(opened().gateway.url, token());
      await chat.send('join', { orderId });
      const { data } = await chat.send('message', { orderId, clientId: 'c1', text: 'hello' });
      expect(data.text).toBe('hello');
      chat.close();
    });
  });

  it('streams and WebSockets stay open for longer than the idle timeout, while nothing happens', async () => {
    const id = await placed();
    const { url } = opened().gateway;
    const [follower, socket, chat]: [Follower, GraphqlSocket, ChatClient] = await Promise.all([
      Follower.open(`${url}/v1/orders/${id}/events`, token()),
      openGraphqlSocket(url, caller()),
      ChatClient.in(url, token()),
    ]);
    socket.subscribe(`subscription { orderStatus(id: "${id}") { status } }`);
    await socket.next();
    await chat.send('join', { orderId: id });
    await Promise.all([follower.beaten(BEATS), socket.beaten(BEATS)]);
    await cancelled(id);
    expect((await follower.until('status', 2))[1]!.data).toMatchObject({ status: 'CANCELLED' });
    expect(await socket.next()).toEqual({ orderStatus: { status: 'CANCELLED' } });
    expect(chat.all('(disconnect)')).toEqual([]);
    expect((await chat.send('message', { orderId: id, clientId: 'c2', text: 'still here' })).data.text).toBe(
      'still here',
    );
    chat.close();
    socket.close();
  });
}
