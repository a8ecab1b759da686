import type { Notification } from '#gateway/declare/notifications';
import type { DomainEvent, ReceivedEvent } from '#libs/events';
import type { NotificationView } from './notification.view.ts';

/** The notification types of event names. */
const TYPES = new Map<string, NotificationView['type']>([
  ['order.placed' satisfies Notification['type'], 'ORDER_PLACED'],
  ['order.moved' satisfies Notification['type'], 'ORDER_MOVED'],
]);

/** Maps an event of the caller's stream to a notification; undefined for other events, such as `gap`. */
export function notificationOf({ id, event }: ReceivedEvent<DomainEvent>): NotificationView | undefined {
  const type = TYPES.get(event.type);
  if (id === undefined || type === undefined) return undefined;
  return { ...(event.data as Pick<NotificationView, 'orderId' | 'status'>), id, type };
}
