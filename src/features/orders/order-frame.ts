import type { Frame } from '#gateway/transports/sse/frame';
import type { OrderEvent } from './follow-order.ts';
import { OrderProgressView } from './order-progress.view.ts';

/** Sends a move of an order as an event `status` with its view. */
export const orderFrame: Frame<OrderEvent> = (event, id) =>
  event.type === 'moved'
    ? { id, event: 'status', data: OrderProgressView.of(event.data) }
    : { event: event.type, data: event.data };
