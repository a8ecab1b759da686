import { topic, type Topic } from '#libs/events';

/** The data of each notification, by its type. Features add theirs by declaration merging; empty here. */
export interface NotificationData {}

/** An event about a user's own things. */
export type Notification = {
  [Type in keyof NotificationData]: { type: Type; data: NotificationData[Type] };
}[keyof NotificationData];

/** The notifications of a user. */
export const notificationsOf = (userId: string): Topic<Notification> => topic(`user:${userId}`);
