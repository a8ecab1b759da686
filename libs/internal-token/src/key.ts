import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { CLOCK_SKEW_SECONDS, LIFETIME_SECONDS } from './caller.ts';

/** The default key of every process, so that each can be started separately in development. */
export const DEMO_INTERNAL_TOKEN_KEY = 'atrium-demo-internal-token-key-not-a-secret';

/** A secret (HS256), which signs from a time on until the next one does, or, as text, whenever it is the first of its list. */
export type InternalTokenKey = string | TimedSecret;

/** A secret of a JWK Set. */
export interface TimedSecret {
  secret: Buffer;
  /** In milliseconds since 1970. */
  signsFrom: number;
}

/** How long a key is accepted after the next one has begun to sign, in seconds. */
export const INTERNAL_OVERLAP_SECONDS = LIFETIME_SECONDS + CLOCK_SKEW_SECONDS;

const MIN_BYTES = 32;
const TOO_SHORT = `must be at least ${MIN_BYTES} characters: openssl rand -base64 ${MIN_BYTES} makes one`;

const jwkSet = z.object(
  {
    keys: z
      .array(
        z.object({
          kty: z.literal('oct', 'must be oct'),
          nbf: z.number('must be a number of seconds since 1970').min(0),
          k: z
            .base64url('must be base64url')
            .refine((k) => Buffer.from(k, 'base64url').length >= MIN_BYTES, `must be at least ${MIN_BYTES} bytes`),
        }),
        'must be a list of keys',
      )
      .nonempty('must contain a key'),
  },
  'must be a JWK Set',
);

/**
 * Validates `INTERNAL_TOKEN_KEY`: secrets with commas between them, or a JWK Set, which `npm run keys:rotate -- --internal` writes.
 * The gateway signs with the first secret whose time has come; services accept all whose tokens may still be in use.
 */
export const internalTokenKey = z
  .string()
  .default(DEMO_INTERNAL_TOKEN_KEY)
  .transform((text, check): InternalTokenKey[] => {
    if (!text.trimStart().startsWith('{')) return text.split(',').map((key) => key.trim());
    const { data, error } = jwkSet.safeParse(parsed(text));
    for (const { path, message } of error?.issues ?? [])
      check.addIssue({ code: 'custom', message: [path.join('.'), message].filter(Boolean).join(': ') });
    return (data?.keys ?? [])
      .map(({ k, nbf }) => ({ secret: Buffer.from(k, 'base64url'), signsFrom: nbf * 1_000 }))
      .toSorted((one, other) => other.signsFrom - one.signsFrom);
  })
  .refine((keys) => keys.every((key) => typeof key !== 'string' || key.length >= MIN_BYTES), TOO_SHORT);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rejects the demo key in production. Use with `superRefine` on the settings. */
export function refuseDemoKeyInProduction(
  settings: { NODE_ENV: string; INTERNAL_TOKEN_KEY: readonly InternalTokenKey[] },
  check: z.core.$RefinementCtx,
): void {
  const isReported = check.issues.some(({ path }) => path?.[0] === 'INTERNAL_TOKEN_KEY');
  if (isReported || settings.NODE_ENV !== 'production') return;
  const demo = keyObject(DEMO_INTERNAL_TOKEN_KEY);
  if (!settings.INTERNAL_TOKEN_KEY.some((key) => keyObject(key).equals(demo))) return;
  check.addIssue({
    code: 'custom',
    path: ['INTERNAL_TOKEN_KEY'],
    message: 'must be set in production: openssl rand -base64 32 makes one',
  });
}

/** When a key begins to sign, in milliseconds since 1970. */
export const signsFrom = (key: InternalTokenKey): number => (typeof key === 'string' ? 0 : key.signsFrom);

/**
 * A key object for jsonwebtoken: with a string, it would try for each token whether that is a private key, which takes
 * three times as long as the signature.
 */
export const keyObject = (key: InternalTokenKey): KeyObject =>
  createSecretKey(typeof key === 'string' ? Buffer.from(key) : key.secret);
