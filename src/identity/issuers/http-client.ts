import { createRequire } from 'node:module';
import type * as Undici from 'undici';

const load = createRequire(import.meta.url);
let loaded: typeof Undici | undefined;

/**
 * The whole of undici, which upstreams are called without. Loaded at once by the first that asks: whatever asks providers or
 * issuers does so when it is made, at the start, so that no request waits for that.
 */
export const httpClient = (): typeof Undici => (loaded ??= load('undici') as typeof Undici);
