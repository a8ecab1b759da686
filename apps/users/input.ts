import { isGuessable } from '#libs/passwords';
import { z } from 'zod';

const string = z.string('must be a string');

/** Lengths are in code points, as JSON Schema has them. */
const ofLength = (min: number, max: number) =>
  string
    .refine((value) => [...value].length >= min, `must have at least ${min} character${min === 1 ? '' : 's'}`)
    .refine((value) => [...value].length <= max, `must have at most ${max} characters`);

// PostgreSQL cannot store NUL, and single-line text has no control characters.
const line = (min: number, max: number) =>
  ofLength(min, max).refine((value) => !/\p{Cc}/u.test(value), 'must have no control characters');

const name = string.trim().pipe(line(1, 100));
const email = line(0, 254).toLowerCase();
const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const newPassword = ofLength(8, 128).pipe(
  string.refine((value) => !isGuessable(value), 'must not be a common password'),
);

/** The body of a registration. */
export const newUser = z.strictObject(
  { name, email: email.pipe(z.email('must be an email address')), password: newPassword },
  'must be an object',
);

/** The body of a change of profile (RFC 7396): what is absent stays, null removes. */
export const userPatch = z.strictObject(
  { name: name.optional(), avatarUrl: line(1, 2048).pipe(webAddress).nullable().optional() },
  'must be an object',
);

/** The body of a credential check. */
export const credentials = z.strictObject({ email, password: ofLength(0, 128) }, 'must be an object');

/** The body of a change of password. */
export const passwordChange = z.strictObject(
  { currentPassword: ofLength(0, 128), newPassword },
  'must be an object',
);

/** The query of a list of users. */
export const byIds = z.strictObject({
  ids: z
    .string('must be a comma-separated list')
    .transform((list) => list.split(',').filter(Boolean))
    .pipe(z.array(z.string()).min(1, 'must name at least 1').max(100, 'must name at most 100')),
});
