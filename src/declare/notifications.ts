import { topic, type Topic } from '#libs/events';
import type { EventData, EventTypes } from './events.ts';

/** The data of each notification, by its type. Features add theirs by declaration merging; empty here. */
export interface NotificationData {}

/** An event about a user's own things. */
export type Notification = {
  [Type in keyof NotificationData]: { type: Type; data: NotificationData[Type] };
}[keyof NotificationData];

/** The notifications of a user. */
export const notificationsOf = (userId: string): Topic<Notification> => topic(`user:${userId}`);

const types = new Map<string, EventData>();

/** Declares the data of a notification for the documents of the API, beside its entry in `NotificationData`. */
export function declareNotification<Type extends keyof NotificationData>(
  type: Type,
  data: EventData<NotificationData[Type]>,
): void {
  types.set(type, data);
}

/** Every notification that a feature declares, as events of a stream, besides others of that stream. */
export const notificationTypes = (others: EventTypes): EventTypes => ({
  name: 'Notification',
  of: () => ({
    ...Object.fromEntries([...types].sort(([one], [other]) => (one < other ? -1 : 1))),
    ...others.of(),
  }),
});
