import { readFileSync } from 'node:fs';

/** Returns a function that reads the OpenAPI document of a service; each call returns a new copy. */
export const documentOf = (service: string) => (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../openapi/${service}.json`, import.meta.url), 'utf8'));
