import { type Asked, body, id, listSize } from '#libs/view';
import { z } from 'zod';

/** Where in a conversation: the id of a message. */
const cursor = z.string().regex(/^\d{1,15}-\d{1,15}$/, 'Must be the id of a message');
const orderId = id();

/** Which room. */
export const RoomBody = body('RoomBody', { orderId });

/** Which room, and the last message of it that was seen; without, what the member has seen anywhere counts. */
export const JoinBody = body('JoinBody', { orderId, after: cursor.optional() });

/** What to say. Sent again with the same id it is the same message. */
export const MessageBody = body('MessageBody', {
  orderId,
  clientId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'Must be 1 to 64 of A-Z, a-z, 0-9, _ and -'),
  text: z.string().trim().min(1, 'Must not be empty').max(2_000),
});

/** Whether somebody is about to say something. */
export const TypingBody = body('TypingBody', { orderId, isTyping: z.boolean() });

/** The last message that was seen. */
export const SeenBody = body('SeenBody', { orderId, id: cursor });

/** Which part of what was said: the newest, or what came before a message. */
export const HistoryBody = body('HistoryBody', {
  orderId,
  before: cursor.optional(),
  first: listSize(20),
});

/** Of a room what there is to ask. */
export type JoinQuestion = Asked<typeof JoinBody>;
export type NewMessage = Asked<typeof MessageBody>;
export type HistoryQuestion = Asked<typeof HistoryBody>;
export type SeenMessage = Asked<typeof SeenBody>;
