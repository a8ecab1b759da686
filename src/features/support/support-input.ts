import { type InputOf, body, id, listSize } from '#libs/view';
import { z } from 'zod';

/** The position in a conversation: a message id. */
const cursor = z.string().regex(/^\d{1,15}-\d{1,15}$/, 'Must be the id of a message');
const orderId = id();

/** The body of `leave`. */
export const RoomBody = body('RoomBody', { orderId });

/** The body of `join`: `after` is the last message that the client has, by default the last one seen on any device. */
export const JoinBody = body('JoinBody', { orderId, after: cursor.optional() });

/** The body of `message`. Sent again with the same `clientId` it is the same message. */
export const MessageBody = body('MessageBody', {
  orderId,
  clientId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'Must be 1 to 64 of A-Z, a-z, 0-9, _ and -'),
  text: z.string().trim().min(1, 'Must not be empty').max(2_000),
});

/** The body of `typing`. */
export const TypingBody = body('TypingBody', { orderId, isTyping: z.boolean() });

/** The body of `seen`: the last message seen. */
export const SeenBody = body('SeenBody', { orderId, id: cursor });

/** The body of `history`: the newest messages, or those before one. */
export const HistoryBody = body('HistoryBody', {
  orderId,
  before: cursor.optional(),
  first: listSize(20),
});

/** The validated bodies. */
export type JoinQuestion = InputOf<typeof JoinBody>;
export type NewMessage = InputOf<typeof MessageBody>;
export type HistoryQuestion = InputOf<typeof HistoryBody>;
export type SeenMessage = InputOf<typeof SeenBody>;
