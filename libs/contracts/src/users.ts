import { readFileSync } from 'node:fs';
import type { components } from './generated/users.ts';

/** The schemas of the users service's OpenAPI document, as types. */
export type UsersApi = components['schemas'];

/** The OpenAPI document of the users service. */
export function usersDocument(): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../openapi/users.json', import.meta.url), 'utf8'));
}
