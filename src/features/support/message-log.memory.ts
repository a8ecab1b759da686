import { eventIdIn, eventIds, isLater } from '#libs/events';
import { DELETED_AUTHOR, MAX_ROOM_BYTES, type ChatMessage, MessageLog, MAX_KEPT } from './message-log.ts';

/** The most rooms kept; the least recently used are dropped first. */
const MAX_ROOMS = 10_000;

/** The estimated memory of a message, a room or a member's entry beyond its text, in bytes. */
const OVERHEAD_BYTES = 300;
const BYTES_PER_CHARACTER = 2;

interface Room {
  messages: ChatMessage[];
  byClientId: Map<string, ChatMessage>;
  seen: Map<string, string>;
  bytes: number;
}

/** Stores messages in memory; they are lost when the process ends. */
export class MessageLogMemory extends MessageLog {
  /** By order id, least recently used first. */
  private readonly rooms = new Map<string, Room>();
  private readonly nextId = eventIds();
  private held = 0;

  /** @param maxBytes the limit of all rooms together; the least recently used are dropped first */
  constructor(private readonly maxBytes: number) {
    super();
  }

  /** The estimated memory of all rooms, in bytes. */
  get bytes(): number {
    return this.held;
  }

  async append(message: Omit<ChatMessage, 'id' | 'sentAt'>): Promise<ChatMessage> {
    const room = this.use(message.orderId);
    const known = room.byClientId.get(keyOf(message));
    if (known) return known;
    const [ms, number] = this.nextId();
    const kept = { ...message, id: `${ms}-${number}`, sentAt: new Date(ms).toISOString() };
    room.messages.push(kept);
    room.byClientId.set(keyOf(kept), kept);
    this.weigh(room, bytesOf(kept));
    while (room.messages.length > MAX_KEPT || room.bytes > MAX_ROOM_BYTES) this.dropOldest(room);
    this.makeRoom(room);
    return kept;
  }

  async after(orderId: string, id: string | undefined, first: number): Promise<ChatMessage[]> {
    return this.messagesOf(orderId)
      .filter((one) => id === undefined || isAfter(one.id, id))
      .slice(0, first);
  }

  async before(orderId: string, id: string | undefined, first: number): Promise<ChatMessage[]> {
    return this.messagesOf(orderId)
      .filter((one) => id === undefined || isAfter(id, one.id))
      .slice(-first);
  }

  async seenBy(orderId: string, memberId: string): Promise<string | undefined> {
    return this.rooms.get(orderId)?.seen.get(memberId);
  }

  async markSeen(orderId: string, memberId: string, id: string): Promise<void> {
    const room = this.use(orderId);
    const before = room.seen.get(memberId);
    if (before !== undefined && !isAfter(id, before)) return;
    room.seen.set(memberId, id);
    if (before === undefined) this.weigh(room, OVERHEAD_BYTES + memberId.length * BYTES_PER_CHARACTER);
    this.makeRoom(room);
  }

  async deleteMember(memberId: string): Promise<void> {
    const isTheirs = ({ authorId }: ChatMessage) => authorId === memberId;
    for (const [orderId, room] of this.rooms) {
      if (room.messages.some((one) => isTheirs(one) && one.author === 'customer')) {
        this.rooms.delete(orderId);
        this.held -= room.bytes;
        continue;
      }
      for (const one of room.messages.filter(isTheirs)) {
        this.weigh(room, -bytesOf(one));
        room.byClientId.delete(keyOf(one));
        one.authorId = DELETED_AUTHOR;
        this.weigh(room, bytesOf(one));
      }
      if (room.seen.delete(memberId)) this.weigh(room, -(OVERHEAD_BYTES + memberId.length * BYTES_PER_CHARACTER));
    }
  }

  private messagesOf(orderId: string): readonly ChatMessage[] {
    return this.rooms.has(orderId) ? this.use(orderId).messages : [];
  }

  /** Gets or creates a room, and marks it as most recently used. */
  private use(orderId: string): Room {
    const known = this.rooms.get(orderId);
    const room = known ?? { messages: [], byClientId: new Map(), seen: new Map(), bytes: 0 };
    if (known) this.rooms.delete(orderId);
    else this.weigh(room, OVERHEAD_BYTES);
    this.rooms.set(orderId, room);
    return room;
  }

  private weigh(room: Room, bytes: number): void {
    room.bytes += bytes;
    this.held += bytes;
  }

  private dropOldest(room: Room): void {
    const oldest = room.messages.shift()!;
    room.byClientId.delete(keyOf(oldest));
    this.weigh(room, -bytesOf(oldest));
  }

  /** Drops other rooms until the limits hold. */
  private makeRoom(used: Room): void {
    for (const [orderId, room] of this.rooms) {
      if (room === used || (this.held <= this.maxBytes && this.rooms.size <= MAX_ROOMS)) return;
      this.rooms.delete(orderId);
      this.held -= room.bytes;
    }
  }
}

const keyOf = ({ authorId, clientId }: Pick<ChatMessage, 'authorId' | 'clientId'>): string =>
  `${authorId} ${clientId}`;

function bytesOf({ id, orderId, authorId, clientId, text, sentAt }: ChatMessage): number {
  const characters =
    id.length + orderId.length + 2 * (authorId.length + clientId.length) + text.length + sentAt.length;
  return OVERHEAD_BYTES + characters * BYTES_PER_CHARACTER;
}

const isAfter = (one: string, other: string): boolean => isLater(eventIdIn(one)!, eventIdIn(other)!);
