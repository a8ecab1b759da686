import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** The default key of every process, so that each can be started separately in development. */
export const DEMO_INTERNAL_TOKEN_KEY = 'atrium-demo-internal-token-key-not-a-secret';

/**
 * Validates `INTERNAL_TOKEN_KEY`: a list of secrets (HS256). The gateway signs with the first one, services accept all.
 * To rotate, configure both keys in the services, then the new key in the gateway, then only the new key in the
 * services.
 */
export const internalTokenKey = z
  .string()
  .default(DEMO_INTERNAL_TOKEN_KEY)
  .transform((keys) => keys.split(',').map((key) => key.trim()))
  .refine(
    (keys) => keys.every((key) => key.length >= 32),
    'must be at least 32 characters: openssl rand -base64 32 makes one',
  );

/** Rejects the demo key in production. Use with `superRefine` on the settings. */
export function refuseDemoKeyInProduction(
  settings: { NODE_ENV: string; INTERNAL_TOKEN_KEY: readonly string[] },
  check: z.core.$RefinementCtx,
): void {
  const isReported = check.issues.some(({ path }) => path?.[0] === 'INTERNAL_TOKEN_KEY');
  if (isReported || settings.NODE_ENV !== 'production') return;
  if (!settings.INTERNAL_TOKEN_KEY.includes(DEMO_INTERNAL_TOKEN_KEY)) return;
  check.addIssue({
    code: 'custom',
    path: ['INTERNAL_TOKEN_KEY'],
    message: 'must be set in production: openssl rand -base64 32 makes one',
  });
}

/**
 * A key object for jsonwebtoken: with a string, it would try for each token whether that is a private key, which takes
 * three times as long as the signature.
 */
export const keyObject = (key: string): KeyObject => createSecretKey(Buffer.from(key));
