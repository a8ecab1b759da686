import { z } from 'zod';

/** What every process uses where nothing is set, so that each can be started alone on a developer's machine. */
export const DEMO_INTERNAL_TOKEN_KEY = 'atrium-demo-internal-token-key-not-a-secret';

/** Checks `INTERNAL_TOKEN_KEY`: the secret that the gateway signs with and the services verify with (HS256). */
export const internalTokenKey = z
  .string()
  .min(32, 'must be at least 32 characters: openssl rand -base64 32 makes one')
  .default(DEMO_INTERNAL_TOKEN_KEY);

/** In production the demo key is no key. Use with `superRefine` on the settings. */
export function refuseDemoKeyInProduction(
  settings: { NODE_ENV: string; INTERNAL_TOKEN_KEY: string },
  check: z.core.$RefinementCtx,
): void {
  if (settings.NODE_ENV !== 'production' || settings.INTERNAL_TOKEN_KEY !== DEMO_INTERNAL_TOKEN_KEY) return;
  check.addIssue({
    code: 'custom',
    path: ['INTERNAL_TOKEN_KEY'],
    message: 'must be set in production: openssl rand -base64 32 makes one',
  });
}
