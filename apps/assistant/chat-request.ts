import { z } from 'zod';

const message = z.object({
  role: z.enum(['system', 'user', 'assistant'], 'must be system, user or assistant'),
  content: z.string('must be a text').max(20_000, 'must have at most 20000 characters'),
});

/** A chat request. Unknown fields are ignored, as other providers do. */
export const chatRequest = z.object({
  model: z.string('must be a text'),
  messages: z.array(message).min(1, 'must have at least 1').max(100, 'must have at most 100'),
  stream: z.boolean('must be true or false').default(false),
  stream_options: z.object({ include_usage: z.boolean().default(false) }).prefault({}),
});

/** A validated chat request. */
export type ChatRequest = z.output<typeof chatRequest>;
