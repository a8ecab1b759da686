import { eventTypes } from '#gateway/declare/events';
import { DegradedView } from '#gateway/features/views/degraded.view';
import type { Degraded } from '#libs/upstream';
import { z } from 'zod';
import { OrderProgressView } from './order-progress.view.ts';

/** The events of an order's stream, as `orderFrame` frames them. */
type SentOrderEvent =
  | { type: 'status'; data: OrderProgressView }
  | { type: 'degraded'; data: Degraded }
  | { type: 'restored'; data: Pick<Degraded, 'part'> };

/** The events of an order's stream, for the documents of the API. */
export const ORDER_EVENTS = eventTypes<SentOrderEvent>('Order', {
  status: OrderProgressView,
  degraded: DegradedView,
  restored: z.object({ part: z.string() }),
});
