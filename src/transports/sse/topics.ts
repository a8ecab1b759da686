import { type DomainEvent, topic, type Topic } from '#libs/events';

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
