import { createRequire } from 'node:module';
import type * as Undici from 'undici';

const load = createRequire(import.meta.url);
let loaded: typeof Undici | undefined;

/**
 * Loads all of undici, which upstream calls do not need. Clients of providers and issuers call this at startup, so that no
 * request waits for the load.
 */
export const httpClient = (): typeof Undici => (loaded ??= load('undici') as typeof Undici);
