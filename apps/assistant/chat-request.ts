import { z } from 'zod';

const message = z.object({
  role: z.enum(['system', 'user', 'assistant'], 'must be system, user or assistant'),
  content: z.string('must be a text').max(20_000, 'must have at most 20000 characters'),
});

/** What is asked. Like other providers, it passes over what it does not know. */
export const chatRequest = z.object({
  model: z.string('must be a text'),
  messages: z.array(message).min(1, 'must have at least 1').max(100, 'must have at most 100'),
  stream: z.boolean('must be true or false').default(false),
  stream_options: z.object({ include_usage: z.boolean().default(false) }).prefault({}),
});

/** A question that has been checked. */
export type ChatRequest = z.output<typeof chatRequest>;
