import { eventTypes } from '#gateway/declare/events';
import { notificationTypes } from '#gateway/declare/notifications';
import { z } from 'zod';
import type { Tick } from './follow-clock.ts';
import type { Activity, SystemEvent } from './operations-topics.ts';
import type { Gap } from './subscribe-to.ts';

const gap = z.object({
  lastEventId: z.string().optional().describe('Events after this one may be missing.'),
}) as z.ZodType<Gap['data']>;

const amount = z.number().min(0);
const state = z.enum(['CLOSED', 'OPEN', 'HALF_OPEN', 'RAMPING']);
const count = z.int().min(0);

/** The notifications of a user. */
export const NOTIFICATION_EVENTS = notificationTypes(eventTypes<Gap>('Notification', { gap }));

/** The time. */
export const CLOCK_EVENTS = eventTypes<Tick>('Clock', { tick: z.object({ now: z.iso.datetime() }) });

/** The state of gateways and upstreams. */
export const SYSTEM_EVENTS = eventTypes<SystemEvent | Gap>('System', {
  status: z.object({
    gateway: z.string(),
    uptimeSeconds: count,
    cpu: z.object({ cores: amount }),
    memory: z.object({ rssBytes: count, heapUsedBytes: count, heapLimitBytes: count }),
    eventLoop: z.object({
      utilization: amount,
      p99DelayMs: amount.optional(),
      maxDelayMs: amount.optional(),
    }),
    breakers: z.array(z.object({ upstream: z.string(), method: z.string(), state })),
    streams: z.object({ open: count, byRoute: z.record(z.string(), count) }),
    requests: z.object({ inFlight: count, queued: count }),
  }),
  'breaker.changed': z.object({ upstream: z.string(), method: z.string(), state: z.string() }),
  gap,
});

/** What users do. */
export const ACTIVITY_EVENTS = eventTypes<Activity | Gap>('Activity', {
  activity: z.object({
    event: z.string(),
    userId: z.string().optional(),
    reason: z.string().optional(),
    productId: z.string().optional(),
    orderId: z.string().optional(),
    reviewId: z.string().optional(),
    omitted: count.optional().describe('Activities before it that were too many to publish.'),
  }),
  gap,
});
