import { readFileSync } from 'node:fs';
import type { components as assistant } from './generated/assistant.ts';
import type { components as reviews } from './generated/reviews.ts';
import type { components as users } from './generated/users.ts';

/** The schemas of the users service's OpenAPI document, as types. */
export type UsersApi = users['schemas'];

/** The schemas of the reviews service's OpenAPI document, as types. */
export type ReviewsApi = reviews['schemas'];

/** The OpenAPI document of a service, anew for each who asks. */
const documentOf = (service: string) => (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../openapi/${service}.json`, import.meta.url), 'utf8'));

/** The OpenAPI document of the users service. */
export const usersDocument = documentOf('users');

/** The OpenAPI document of the reviews service. */
export const reviewsDocument = documentOf('reviews');

/** The schemas of the assistant's OpenAPI document, as types. */
export type AssistantApi = assistant['schemas'];

/** The OpenAPI document of the assistant. */
export const assistantDocument = documentOf('assistant');
