import { notificationsOf } from '#gateway/declare/notifications';
import { type JobsForTests, jobsOf } from '#gateway/jobs/jobs.fixture';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { EventLogMemory } from '#libs/events';
import { aContext, anOrder } from '#libs/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { OrderDigests } from './order-digests.ts';
import { SendOrderDigest } from './send-order-digest.ts';

const UNTIL = '2026-11-28T07:00:00.000Z';
const orders = new OrdersFake([
  anOrder({ id: 'old', placedAt: '2026-11-27T06:59:59Z' }),
  anOrder({ id: 'first', placedAt: '2026-11-27T07:00:00Z' }),
  anOrder({ id: 'second', placedAt: '2026-11-28T06:59:59Z', status: 'PAID' }),
  anOrder({ id: 'other', ownerId: 'u2', placedAt: '2026-11-28T06:00:00Z' }),
  anOrder({ id: 'late', placedAt: UNTIL }),
]);

let opened: JobsForTests;
beforeEach(async () => {
  opened = await jobsOf([SendOrderDigest, OrderDigests, { provide: Orders, useValue: orders }]);
});
afterEach(() => opened.close());

it("has the caller's orders of the day, and is published once", async () => {
  const { jobs, eventLog, start, reached } = opened;
  const published: object[] = [];
  eventLog.follow(notificationsOf('u1'), undefined, ({ event }) => void published.push(event));
  start();
  const { id } = await jobs.add(aContext(), SendOrderDigest, { until: UNTIL });
  const digest = { until: UNTIL, orders: [{ orderId: 'second', status: 'PAID' }, { orderId: 'first' }] };
  expect((await reached(id, 'COMPLETED')).result).toMatchObject(digest);
  expect(published).toMatchObject([{ type: 'orders.digest', data: digest }, { type: 'job.ended' }]);
  const again = new SendOrderDigest(orders, eventLog);
  await again.run(aContext(), { id, owner: 'u1', input: { until: UNTIL } } as never);
  expect(published).toHaveLength(2);
});

it('is not published without orders', async () => {
  const eventLog = new EventLogMemory();
  const job = { id: 'd', owner: 'u2', input: { until: '2026-11-27T07:00:00.000Z' } };
  const context = aContext({ caller: { id: 'u2', scopes: [] } });
  expect(await new SendOrderDigest(orders, eventLog).run(context, job as never)).toMatchObject({ orders: [] });
  expect(eventLog.report().published).toBe(0);
});

it('is planned once for all orders before the end of the day', async () => {
  const digests = opened.get(OrderDigests);
  const planned = new Promise<void>((resolve) => opened.queue.onChange(() => resolve()));
  digests.plan(aContext(), Date.parse('2026-11-28T06:59:00Z'));
  digests.plan(aContext(), Date.parse('2026-11-28T06:59:30Z'));
  await planned;
  const waiting = await opened.queue.list({ owner: 'u1', limit: 10 });
  expect(waiting).toMatchObject([{ state: 'WAITING', input: { until: UNTIL } }]);
  expect(waiting[0]!.runAt - waiting[0]!.createdAt).toBe(60_000);
});
