import { numberOfText } from '#libs/view';
import { z } from 'zod';

/** The longest profile, in seconds. */
export const MAX_SECONDS = 60;

const atLeastOne = z.number('Must be a number').int('Must be a whole number').min(1, 'Must be at least 1');

/** The request for a profile, as JSON or as the fields of a form. */
export const profileRequest = z
  .object({
    kind: z.enum(['cpu', 'heap', 'allocations'], 'Must be cpu, heap or allocations'),
    seconds: z.preprocess(numberOfText, atLeastOne.max(MAX_SECONDS, `Must be at most ${MAX_SECONDS}`)).default(10),
    /** The process to profile; without it, the one that gets the request. */
    pid: z.preprocess(numberOfText, atLeastOne).optional(),
  })
  .strict();

/** The request for a profile. */
export type ProfileRequest = z.infer<typeof profileRequest>;
