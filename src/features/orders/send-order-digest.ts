import { notificationsOf } from '#gateway/declare/notifications';
import { JobKind } from '#gateway/jobs/job-kind';
import type { Schedule } from '#gateway/jobs/schedule';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { EventLog } from '#libs/events';
import type { RunningJob } from '#libs/jobs';
import { type Context, isReadable } from '#libs/upstream';
import { z } from 'zod';
import type { OrderDigest } from './order-notifications.ts';

/** When the days of digests end, by UTC. */
export const DIGEST_TIME: Schedule = { dailyAt: '07:00' };

const DAY_MS = 86_400_000;
const MAX_ORDERS = 100;

/** Sends the caller a notification with the orders of a day and their current status. */
@JobKind({
  name: 'orders.digest',
  input: z.strictObject({ until: z.iso.datetime() }),
  concurrency: 4,
  maxWaiting: 100_000,
})
export class SendOrderDigest {
  constructor(
    private readonly orders: Orders,
    private readonly eventLog: EventLog,
  ) {}

  /** @returns the digest, which is published once however often the job runs @throws {GatewayError} UPSTREAM_* */
  async run(
    context: Context,
    { id, owner, input: { until } }: RunningJob<{ until: string }>,
  ): Promise<OrderDigest> {
    const end = Date.parse(until);
    const orders = (await this.orders.recent(context, MAX_ORDERS))
      .filter(isReadable)
      .filter(({ placedAt }) => Date.parse(placedAt) >= end - DAY_MS && Date.parse(placedAt) < end)
      .map(({ id: orderId, status }) => ({ orderId, status }));
    const digest = { until, orders };
    if (orders.length)
      this.eventLog.publish(notificationsOf(owner), { type: 'orders.digest', data: digest }, `digest:${id}`);
    return digest;
  }
}
