import { atMost } from '#libs/cache';
import { eventIdIn, eventIds, isLater } from '#libs/events';
import { LRUCache } from 'lru-cache';
import { type Message, MessageLog, MOST_KEPT } from './message-log.ts';

/** Rooms beyond this are forgotten, the one that was used longest ago first. */
const MOST_ROOMS = 10_000;

interface Room {
  messages: Message[];
  byClientId: Map<string, Message>;
  seen: Map<string, string>;
}

/** In this process: gone when it ends. */
export class MessageLogMemory extends MessageLog {
  private readonly rooms = new LRUCache<string, Room>(atMost(MOST_ROOMS));
  private readonly nextId = eventIds();

  async append(message: Omit<Message, 'id' | 'sentAt'>): Promise<Message> {
    const { messages, byClientId } = this.room(message.orderId);
    const key = `${message.authorId} ${message.clientId}`;
    const known = byClientId.get(key);
    if (known) return known;
    const [ms, number] = this.nextId();
    const kept = { ...message, id: `${ms}-${number}`, sentAt: new Date(ms).toISOString() };
    messages.push(kept);
    byClientId.set(key, kept);
    if (messages.length > MOST_KEPT) {
      const { authorId, clientId } = messages.shift()!;
      byClientId.delete(`${authorId} ${clientId}`);
    }
    return kept;
  }

  async after(orderId: string, id: string | undefined, first: number): Promise<Message[]> {
    return this.room(orderId)
      .messages.filter((one) => id === undefined || isAfter(one.id, id))
      .slice(0, first);
  }

  async before(orderId: string, id: string | undefined, first: number): Promise<Message[]> {
    return this.room(orderId)
      .messages.filter((one) => id === undefined || isAfter(id, one.id))
      .slice(-first);
  }

  async seenBy(orderId: string, memberId: string): Promise<string | undefined> {
    return this.room(orderId).seen.get(memberId);
  }

  async markSeen(orderId: string, memberId: string, id: string): Promise<void> {
    const { seen } = this.room(orderId);
    const before = seen.get(memberId);
    if (before === undefined || isAfter(id, before)) seen.set(memberId, id);
  }

  private room(orderId: string): Room {
    const known = this.rooms.get(orderId);
    if (known) return known;
    const room = { messages: [], byClientId: new Map(), seen: new Map() };
    this.rooms.set(orderId, room);
    return room;
  }
}

const isAfter = (one: string, other: string): boolean => isLater(eventIdIn(one)!, eventIdIn(other)!);
