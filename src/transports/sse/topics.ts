import { type DomainEvent, topic, type Topic } from '#libs/events';

/** What notifications carry, by their type. Features merge theirs in; empty here. */
export interface NotificationData {}

/** What happens to somebody's own things. */
export type Notification = {
  [Type in keyof NotificationData]: { type: Type; data: NotificationData[Type] };
}[keyof NotificationData];

/** What somebody is told of their own things. */
export const notificationsOf = (userId: string): Topic<Notification> => topic(`user:${userId}`);

/** What happens to the gateway and those it asks, for operators. */
export interface SystemEvent extends DomainEvent {
  type: 'breaker.changed';
  data: { upstream: string; method: string; state: string };
}

/** What operators are told. */
export const system: Topic<SystemEvent> = topic('system');

/** Who did what, as the audit log has it. */
export interface Activity extends DomainEvent {
  type: 'activity';
  data: { event: string; userId?: string; reason?: string };
}

/** What operators are told of what people do. */
export const activity: Topic<Activity> = topic('activity');

/** Something that an operator says. */
export interface Broadcast extends DomainEvent {
  type: 'broadcast';
  data: { id: string; message: string; to: Audience };
}

/** Who is meant: everybody, who has a scope, one user, or who follows a route. */
export interface Audience {
  scope?: string;
  userId?: string;
  route?: string;
}

export const broadcasts: Topic<Broadcast> = topic('broadcast');
