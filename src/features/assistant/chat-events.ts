import { eventTypes } from '#gateway/declare/events';
import type { Degraded } from '#libs/upstream';
import { oneOf } from '#libs/view';
import { DegradedReason } from '#gateway/features/views/degraded.view';
import { z } from 'zod';

const degraded = z.object({
  part: z.string(),
  reason: oneOf(DegradedReason),
  ageSeconds: z.int().min(0).optional(),
});

interface ChatChunk {
  object: 'chat.completion.chunk';
  choices: { index: number; delta: { content?: string }; finish_reason: string | null }[];
}
type ChatMessageSent = { type: 'message'; data: ChatChunk | '[DONE]' };

/** The events of an answer of the assistant, for the documents of the API. The last message is the text `[DONE]`. */
export const CHAT_EVENTS = eventTypes<ChatMessageSent | { type: 'degraded'; data: { degraded: Degraded[] } }>(
  'Chat',
  {
    message: z.union([
      z.object({
        object: z.literal('chat.completion.chunk'),
        choices: z.array(
          z.object({
            index: z.int().min(0),
            delta: z.object({ content: z.string().optional() }),
            finish_reason: z.string().nullable(),
          }),
        ),
      }),
      z.literal('[DONE]'),
    ]),
    degraded: z.object({ degraded: z.array(degraded) }),
  },
);
