import { parameters } from '#libs/view';
import { z } from 'zod';

/** The longest wait of a poll, in seconds: below the timeouts of common proxies. */
const MAX_WAIT_SECONDS = 25;

/** The query parameters of streams: where to resume, and whether to poll. */
export const StreamQuestion = parameters('StreamQuestion', {
  lastEventId: z.string().max(64).optional().describe('As `Last-Event-ID`, for clients that cannot set headers.'),
  after: z.string().max(64).optional().describe('As `Last-Event-ID`, for polls.'),
  wait: z
    .int()
    .min(0)
    .max(MAX_WAIT_SECONDS)
    .optional()
    .describe(
      'Polls instead of streaming: answers with events as JSON, or with 204 if there are none for this many seconds.',
    ),
});
