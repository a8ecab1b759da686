import { isGuessable } from '#libs/passwords';
import { z } from 'zod';

const SHORTEST = 8;
const MAX_LENGTH = 128;
/** Skips the other checks if the length is wrong. */
const abort = { abort: true };

/** A new password: long enough, and not easy to guess. */
export const newPassword = () =>
  z
    .string()
    .min(SHORTEST, abort)
    .max(MAX_LENGTH, abort)
    .refine((password) => !isGuessable(password), 'Is too easy to guess: it is one of those tried first');
