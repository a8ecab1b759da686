import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Deployed } from '#test/neighbours/proxies/deployed';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';
import { Follower } from '#test/support/follower';
import { openGraphqlSocket } from './graphql-socket.ts';

/** Clients go on for so long after a reload. */
const AFTER_MS = 500;

/** The proxy reads its configuration anew while clients are there. */
export function reload({ can, reload: reloaded }: Deployed, opened: () => ProxiedShop): void {
  const caller = () => opened().access.of('u1');

  describe('a reload of the proxy', () => {
    if (can.reloads) {
      it(`leaves streams${can.reloadsSockets ? ' and WebSockets' : ''} open`, async () => {
        const { url } = opened().gateway;
        const token = caller().authorization.slice('Bearer '.length);
        const follower = await Follower.open(`${url}/v1/events`, token);
        const socket = await openGraphqlSocket(url, caller());
        socket.subscribe('subscription { notifications { __typename } }');
        await Promise.all([follower.beaten(1), socket.beaten(1)]);
        await reloaded(opened().proxy);
        const body = { lines: [{ productId: 'p1', quantity: 1 }] };
        const order = await opened().visit('/v1/orders', { method: 'POST', headers: caller(), body });
        expect(order.status).toBe(201);
        const { id } = order.json<{ id: string }>();
        expect(await follower.untilOne(({ data }) => data['orderId'] === id)).toBeDefined();
        if (can.reloadsSockets) expect(await socket.next()).toBeDefined();
        follower.close();
        socket.close();
      });
    }

    if (can.reloadsGapless)
      it('refuses no new connection', async () => {
        const answers: number[] = [];
        let isOver = false;
        const client = async () => {
          while (!isOver) answers.push((await opened().visit('/v1/me?fields=id', { headers: caller() })).status);
        };
        const clients = Array.from({ length: 4 }, client);
        await reloaded(opened().proxy);
        await wait(AFTER_MS);
        isOver = true;
        await Promise.all(clients);
        expect([...new Set(answers)]).toEqual([200]);
      });
  });
}
