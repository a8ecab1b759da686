import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownRedisForTests } from '#libs/testing';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { aLine, type Given, keepsItsPromises, place } from './idempotency.fixture.ts';

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;

onRedis('an order with an idempotency key that is kept in Redis', () => {
  const { url, pid, stop } = redis as Exclude<typeof redis, { skip: string }>;
  let shop: Shop | undefined;
  let given: Given;

  beforeAll(async () => {
    shop = await Shop.open({ REDIS_URL: url });
    await shop.logs.gateway.first({ msg: 'redis connected' });
    const customer = await Client.newCustomer(shop, 'one@example.com');
    const another = await Client.newCustomer(shop, 'other@example.com');
    given = { shop, customer, another, lines: [await aLine(customer)] };
  });
  afterAll(async () => {
    await shop?.close();
    await stop();
  });

  keepsItsPromises(() => given);

  it('is placed all the same while Redis hangs or is lost, and the same order again', async () => {
    const { customer, lines } = given;
    const { logs } = given.shop;
    const key = randomUUID();
    const { id } = (await place(customer, key, { lines })).body;
    // In any log: Nest's loggers are one where services share a process, as they do here.
    const warnings = (requestId: string) =>
      Object.values(logs).flatMap((log) =>
        log.with({ level: 'warn', msg: 'idempotency keys cannot be reached', requestId }),
      );
    process.kill(pid, 'SIGSTOP');
    try {
      // Redis is stopped until all are answered.
      const whileItHangs = await place(customer, key, { lines });
      expect([whileItHangs.status, whileItHangs.body.id]).toEqual([201, id]);
      expect(warnings(whileItHangs.headers['x-request-id']!)).toHaveLength(1);

      await logs.gateway.first({ msg: 'redis lost' });
      const whileItIsLost = await place(customer, key, { lines });
      expect([whileItIsLost.status, whileItIsLost.body.id]).toEqual([201, id]);
      expect((await place(customer, randomUUID(), { lines })).status).toBe(201);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
