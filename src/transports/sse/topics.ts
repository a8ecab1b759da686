import { type DomainEvent, topic, type Topic } from '#libs/events';

/** An operator's message to streams. */
export interface Broadcast extends DomainEvent {
  type: 'broadcast';
  data: { id: string; message: string; to: Audience };
}

/** The audience of a broadcast: the streams that match every given field; all without one. */
export interface Audience {
  scope?: string;
  userId?: string;
  route?: string;
}

/** The topic of broadcasts. */
export const broadcasts: Topic<Broadcast> = topic('broadcast');
