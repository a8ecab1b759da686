import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '#libs/testing';
import { Client } from '#test/support/client';
import { reportOf } from '#test/support/operators';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';

const HOME = '/v1/home?fields=user.id,recentOrders.id,degraded';

let shop: Shop;
/** A gateway with two addresses each for users and orders, one of which nothing listens on. */
let half: SecondGateway;

beforeAll(async () => {
  shop = await Shop.open();
  const dead = `127.0.0.1:${await freePort()}`;
  half = await secondGateway(shop, ({ users, orders }) => ({
    USERS_URL: `http://hunter2:w@rd@${dead}, ${users}`,
    ORDERS_URL: `${orders},${dead}`,
  }));
});
afterAll(async () => {
  await half?.gateway.stop();
  await shop?.close();
});

describe('an upstream with two addresses, one of them dead', () => {
  it('is whole for clients, asked one after the other or all at once', async () => {
    const ada = await Client.of(half, 'ada');
    for (let i = 0; i < 10; i += 1) expect((await ada.get(HOME)).body.degraded).toEqual([]);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ada.get(HOME)));
    expect(answers.map(({ body }) => body.degraded)).toEqual(answers.map(() => []));
  });

  it('shows operators which one fails, and no credentials', async () => {
    const grace = await Client.of(half, 'grace');
    const [users, orders] = await reportOf(half, grace);
    expect(orders!.addresses.map(({ isConnected }) => isConnected)).toEqual([true, false]);
    const failing = users!.addresses.map(({ failuresInARow, isEjected }) => isEjected || failuresInARow > 0);
    expect(failing).toEqual([true, false]);
    expect(users!.addresses.map(({ address }) => address)).toEqual([
      expect.stringMatching(/^http:\/\/127/),
      expect.stringMatching(/^http:\/\/127/),
    ]);
    const logged = JSON.stringify(half.log.lines);
    expect(['hunter2', 'w@rd', 'rd@'].filter((word) => logged.includes(word))).toEqual([]);
  });
});
