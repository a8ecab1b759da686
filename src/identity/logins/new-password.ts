import { isGuessable } from '#libs/passwords';
import { z } from 'zod';

const SHORTEST = 8;
const LONGEST = 128;
/** What has the wrong length is not judged further. */
const abort = { abort: true };

/** A password that is to be: long enough, and none that is tried first. */
export const newPassword = () =>
  z
    .string()
    .min(SHORTEST, abort)
    .max(LONGEST, abort)
    .refine((password) => !isGuessable(password), 'Is too easy to guess: it is one of those tried first');
