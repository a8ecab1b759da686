import { z } from 'zod';

const string = z.string('must be a string');
const NOT_A_NUMBER = 'must be a whole number';

/** Lengths are in code points, as JSON Schema has them. PostgreSQL cannot store NUL. */
const text = (max: number, excluded: RegExp, message: string) =>
  string
    .trim()
    .min(1, 'must have at least 1 character')
    .refine((value) => [...value].length <= max, `must have at most ${max} characters`)
    .refine((value) => !excluded.test(value), message);

/** The body of a review. */
export const newReview = z.strictObject(
  {
    authorName: text(100, /\p{Cc}/u, 'must have no control characters'),
    rating: z.int(NOT_A_NUMBER).min(1, 'must be at least 1').max(5, 'must be at most 5'),
    text: text(2000, /[^\P{Cc}\t\n\r]/u, 'must have no control characters but tabs and line breaks'),
  },
  'must be an object',
);

/** The query of a list of reviews. */
export const page = z.strictObject({
  first: z
    .string(NOT_A_NUMBER)
    .default('5')
    .transform(Number)
    .pipe(z.int(NOT_A_NUMBER).min(1, 'must be at least 1').max(100, 'must be at most 100')),
  language: z.string('must be one language').max(35, 'must be at most 35 characters').optional(),
  purchase: z.enum(['verified', 'unknown'], 'must be verified or unknown').optional(),
});
