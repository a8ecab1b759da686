// Written by `npm run contracts` from openapi/*.json and proto/**/*.proto; do not edit.
import { documentOf } from './document-of.ts';
import type { components as assistant } from './generated/assistant.ts';
import type { components as reviews } from './generated/reviews.ts';
import type { components as users } from './generated/users.ts';

export * as orders from './generated/shop/orders/v1/orders.ts';
export * as products from './generated/shop/products/v1/products.ts';

/** The schemas of the OpenAPI document of assistant, as types. */
export type AssistantApi = assistant['schemas'];

/** The OpenAPI document of assistant. */
export const assistantDocument = documentOf('assistant');

/** The schemas of the OpenAPI document of reviews, as types. */
export type ReviewsApi = reviews['schemas'];

/** The OpenAPI document of reviews. */
export const reviewsDocument = documentOf('reviews');

/** The schemas of the OpenAPI document of users, as types. */
export type UsersApi = users['schemas'];

/** The OpenAPI document of users. */
export const usersDocument = documentOf('users');
