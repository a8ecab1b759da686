import { eventTypes } from '#gateway/declare/events';
import { z } from 'zod';
import type { ChatMessage } from './message-log.ts';
import type { Member } from './rooms.ts';

const message = z.object({
  id: z.string(),
  orderId: z.string(),
  authorId: z.string(),
  author: z.enum(['customer', 'support']),
  clientId: z.string(),
  text: z.string(),
  sentAt: z.iso.datetime(),
}) satisfies z.ZodType<ChatMessage>;
const members = z.array(z.object({ id: z.string(), isSupport: z.boolean() })) satisfies z.ZodType<Member[]>;
const messages = z.array(message).max(100);

/** What a room sends to its members. */
export const ROOM_EVENTS = eventTypes<
  | { type: 'message'; data: ChatMessage }
  | { type: 'typing'; data: { orderId: string; memberId: string; isTyping: boolean } }
  | { type: 'presence'; data: { orderId: string; members: Member[] } }
>('Room', {
  message,
  typing: z.object({ orderId: z.string(), memberId: z.string(), isTyping: z.boolean() }),
  presence: z.object({ orderId: z.string(), members }),
});

const nothing = z.object({});

/** The data of acknowledgements, by the message. */
export const ACKNOWLEDGED = eventTypes<
  | { type: 'join'; data: { messages: ChatMessage[]; hasMore: boolean; members: Member[] } }
  | { type: 'leave'; data: { wasThere: boolean } }
  | { type: 'message'; data: ChatMessage }
  | { type: 'typing' | 'seen'; data: object }
  | { type: 'history'; data: { messages: ChatMessage[]; hasMore: boolean } }
>('Acknowledged', {
  join: z.object({ messages, hasMore: z.boolean(), members }),
  leave: z.object({ wasThere: z.boolean() }),
  message,
  typing: nothing,
  seen: nothing,
  history: z.object({ messages, hasMore: z.boolean() }),
});
