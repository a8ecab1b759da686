import { parameters } from '#libs/view';
import { z } from 'zod';

/** The longest that a poll may wait, in seconds: shorter than what proxies allow. */
const LONGEST_WAIT = 25;

/** Where to begin, and how: as a stream, or as a poll. */
export const StreamQuestion = parameters('StreamQuestion', {
  lastEventId: z.string().max(64).optional().describe('The same as `Last-Event-ID`, for who cannot set a header.'),
  after: z.string().max(64).optional().describe('The same, for polls.'),
  wait: z
    .int()
    .min(0)
    .max(LONGEST_WAIT)
    .optional()
    .describe(
      'Answers with JSON in place of a stream: with events, or 204 where there are none for so many seconds.',
    ),
});
