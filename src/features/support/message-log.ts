/** Something that was said in a room. */
export interface Message {
  /** Grows from one to the next. */
  id: string;
  orderId: string;
  authorId: string;
  author: 'customer' | 'support';
  /** What its author calls it. */
  clientId: string;
  text: string;
  /** RFC 3339 UTC. */
  sentAt: string;
}

/** So many messages of a room are kept, the newest. */
export const MOST_KEPT = 1_000;

/** So much memory a room takes at most, in bytes: its oldest messages go first. Some 200 of the longest fit. */
export const MAX_ROOM_BYTES = 1_048_576;

/** What was said in the rooms of orders, and how far each member has seen it. */
export abstract class MessageLog {
  /** Keeps a message, once for what its author calls it. @returns the one that is kept */
  abstract append(message: Omit<Message, 'id' | 'sentAt'>): Promise<Message>;

  /** What was said after a message, at most `first`, the oldest first; from the beginning without one. */
  abstract after(orderId: string, id: string | undefined, first: number): Promise<Message[]>;

  /** What was said before a message, or at last, at most `first`; the oldest first. */
  abstract before(orderId: string, id: string | undefined, first: number): Promise<Message[]>;

  /** The last message that a member has seen; undefined for none. */
  abstract seenBy(orderId: string, memberId: string): Promise<string | undefined>;

  /** Notes that a member has seen all up to a message. One that is earlier than the last changes nothing. */
  abstract markSeen(orderId: string, memberId: string, id: string): Promise<void>;
}
