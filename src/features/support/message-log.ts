/** A message in a room. */
export interface ChatMessage {
  /** Increases with each message. */
  id: string;
  orderId: string;
  authorId: string;
  author: 'customer' | 'support';
  /** The id given by the author's client, for deduplication. */
  clientId: string;
  text: string;
  /** RFC 3339 UTC. */
  sentAt: string;
}

/** The author of messages whose account was deleted. */
export const DELETED_AUTHOR = 'deleted';

/** The most messages kept in a room; the oldest are dropped first. */
export const MAX_KEPT = 1_000;

/** The most memory of a room, in bytes: some 200 messages of the longest kind. The oldest are dropped first. */
export const MAX_ROOM_BYTES = 1_048_576;

/** Stores the messages of rooms, and the last message that each member has seen. */
export abstract class MessageLog {
  /** Appends a message, once per author and client id. @returns the stored message */
  abstract append(message: Omit<ChatMessage, 'id' | 'sentAt'>): Promise<ChatMessage>;

  /** At most `first` messages after one, or from the beginning; oldest first. */
  abstract after(orderId: string, id: string | undefined, first: number): Promise<ChatMessage[]>;

  /** At most `first` messages before one, or the newest; oldest first. */
  abstract before(orderId: string, id: string | undefined, first: number): Promise<ChatMessage[]>;

  /** The id of the last message that a member has seen; undefined for none. */
  abstract seenBy(orderId: string, memberId: string): Promise<string | undefined>;

  /**
   * Deletes what rooms hold of a person: a room where they wrote as the customer as a whole; elsewhere their positions, and their
   * id from their messages. Idempotent.
   */
  abstract deleteMember(memberId: string): Promise<void>;

  /** Marks all messages up to one as seen by a member. An earlier id than the last changes nothing. */
  abstract markSeen(orderId: string, memberId: string, id: string): Promise<void>;
}
