// The client of an Atrium gateway. Operations are functions: what an app does not import is not in its bundle.
export { createClient, type Client, type ClientOptions } from './client.ts';
export { apiKey, type ApiKeySource } from './auth/api-key.ts';
export type { Auth, AuthRequest, HeaderMap } from './auth/auth.ts';
export { bearer, type Bearer, type BearerOptions, type StoredTokens, type TokenStore } from './auth/bearer.ts';
export { cookies, loginUrl, type CookieOptions } from './auth/cookies.ts';
export { dpop, type BindingKey, type DpopOptions, type KeyStore } from './auth/dpop.ts';
export { indexedDbKeys } from './auth/indexed-db-keys.ts';
export { indexedDbTokens } from './auth/indexed-db-tokens.ts';
export type { FieldPath, Selected } from './fields.ts';
export type { CallOptions, Operation, Route, SelectableOperation } from './operation.ts';
export { eachItem, eachPage, type Page, type PagedOperation } from './pages.ts';
export {
  ClientError,
  isComplete,
  unwrap,
  type ClientCode,
  type Complete,
  type Failed,
  type Failure,
  type Result,
  type Success,
} from './result.ts';
export type {
  CommonEvent,
  EndEvent,
  StreamEvent,
  StreamOperation,
  StreamOptions,
} from './streams/stream-events.ts';
export type { SubscriptionEvent, SubscriptionOperation } from './streams/subscription.ts';
export type { PersistedDocument, PersistedOperation } from './trusted.ts';
export type { ErrorCode } from './generated/codes.ts';
export * from './generated/operations.ts';
export * from './generated/trusted.ts';
export type * from './generated/schemas.ts';
