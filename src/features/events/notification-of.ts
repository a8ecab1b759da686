import type { Notification } from '#gateway/declare/notifications';
import type { DomainEvent, ReceivedEvent } from '#libs/events';
import type { NotificationView } from './notification.view.ts';

/** What the events of a stream are called, and what notifications of them are. */
const TYPES = new Map<string, NotificationView['type']>([
  ['order.placed' satisfies Notification['type'], 'ORDER_PLACED'],
  ['order.moved' satisfies Notification['type'], 'ORDER_MOVED'],
]);

/** An event of the caller's stream as a notification; undefined for one that is none, such as a gap. */
export function notificationOf({ id, event }: ReceivedEvent<DomainEvent>): NotificationView | undefined {
  const type = TYPES.get(event.type);
  if (id === undefined || type === undefined) return undefined;
  return { ...(event.data as Pick<NotificationView, 'orderId' | 'status'>), id, type };
}
