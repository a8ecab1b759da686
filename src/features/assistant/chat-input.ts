import { type InputOf, body } from '#libs/view';
import { z } from 'zod';

/** A message of the user or of the assistant. */
const ChatMessage = body('ChatMessage', {
  role: z.enum(['user', 'assistant'], 'Must be user or assistant'),
  content: z.string().trim().min(1, 'Must not be empty').max(4_000),
});

/** The body of a chat request: the conversation, newest message last. */
export const ChatBody = body('ChatBody', {
  messages: z.array(ChatMessage.schema).min(1).max(50).check(endsWithTheUser),
});

/** The messages so far. */
export type Conversation = InputOf<typeof ChatBody>['messages'];

function endsWithTheUser({ value: messages, issues }: z.core.ParsePayload<{ role: string }[]>): void {
  const path = [messages.length - 1, 'role'];
  if (messages.at(-1)?.role !== 'assistant') return;
  issues.push({
    code: 'custom',
    input: messages,
    path,
    message: 'Must be user in the last message',
  });
}
