// Written by `npm run sdk` from the documents of the gateway; do not edit.
import { type Operation, rest, type SelectableOperation } from '../operation.ts';
import { stream } from '../streams/follow.ts';
import type { CommonEvent, StreamEvent, StreamOperation } from '../streams/stream-events.ts';
import type {
  ActivityActivityData,
  ActivityGapData,
  Attachment,
  AttachmentBody,
  AttachmentList,
  Avatar,
  AvatarBody,
  BestSellers,
  BrowserLogout,
  BrowserSession,
  ChangePasswordInput,
  ChatBody,
  ChatDegradedData,
  ChatMessageData,
  ClockTickData,
  Degraded,
  Home,
  Job,
  JobList,
  LoginInput,
  NotificationGapData,
  NotificationJobEndedData,
  NotificationOrderMovedData,
  NotificationOrderPlacedData,
  NotificationOrdersDigestData,
  Order,
  OrderExportBody,
  OrderList,
  OrderPage,
  OrderProgress,
  OrderRestoredData,
  PlaceOrderBody,
  ProductImageBody,
  ProductList,
  ProductPage,
  RefreshInput,
  RegisterInput,
  ReportRequest,
  Review,
  SessionList,
  SystemBreakerChangedData,
  SystemGapData,
  SystemStatusData,
  Tokens,
  UpdateProfileInput,
  Upload,
  User,
  WriteReviewBody,
} from './schemas.ts';

type None = Record<never, never>;
const codes1 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes2 = ['BAD_REQUEST', 'GONE', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE', 'RATE_LIMITED'] as const;
const codes3 = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'VALIDATION_FAILED'] as const;
const codes4 = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED'] as const;
const codes5 = ['BAD_REQUEST', 'CONFLICT', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PRECONDITION_FAILED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const codes6 = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'VALIDATION_FAILED'] as const;
const codes7 = ['BAD_REQUEST', 'CHECKSUM_MISMATCH', 'CONFLICT', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'STORAGE_FULL', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const codes8 = ['BAD_REQUEST', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED'] as const;
const codes9 = ['BAD_REQUEST', 'FORBIDDEN', 'GONE', 'INTERNAL', 'LOCKED', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED'] as const;
const codes10 = ['BAD_REQUEST', 'FORBIDDEN', 'GONE', 'INTERNAL', 'LOCKED', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const codes11 = ['BAD_REQUEST', 'CHECKSUM_MISMATCH', 'FORBIDDEN', 'GONE', 'INTERNAL', 'LOCKED', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OFFSET_MISMATCH', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'STORAGE_FULL', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const codes12 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'CONFLICT', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes13 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes14 = ['BAD_REQUEST', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNSUPPORTED_MEDIA_TYPE', 'VALIDATION_FAILED'] as const;
const codes15 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'CONFLICT', 'FORBIDDEN', 'GONE', 'INTERNAL', 'LOCKED', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes16 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;
const codes17 = ['BAD_REQUEST', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE', 'RATE_LIMITED'] as const;
const codes18 = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED'] as const;
const codes19 = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const codes20 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;
const codes21 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PRECONDITION_FAILED', 'RATE_LIMITED', 'STEP_UP_REQUIRED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;
const codes22 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'PRECONDITION_FAILED', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes23 = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const codes24 = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const codes25 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'STEP_UP_REQUIRED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes26 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes27 = ['BAD_REQUEST', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'VALIDATION_FAILED'] as const;
const codes28 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH', 'INTERNAL', 'NOT_ACCEPTABLE', 'OUT_OF_STOCK', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'PRICE_CHANGED', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNKNOWN_PRODUCT', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes29 = ['BAD_REQUEST', 'FORBIDDEN', 'IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'VALIDATION_FAILED'] as const;
const codes30 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_CANCELLABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;
const codes31 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes32 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;
const codes33 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PRECONDITION_FAILED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;
const codes34 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes35 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const;
const codes36 = ['BAD_REQUEST', 'FORBIDDEN', 'IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH', 'INTERNAL', 'NOT_ACCEPTABLE', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'STORAGE_FULL', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'VALIDATION_FAILED'] as const;
const codes37 = ['BAD_REQUEST', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE', 'RATE_LIMITED', 'UNAUTHENTICATED'] as const;
const codes38 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;
const codes39 = ['BAD_REQUEST', 'CIRCUIT_OPEN', 'FORBIDDEN', 'IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH', 'INTERNAL', 'NOT_ACCEPTABLE', 'NOT_FOUND', 'OVERLOADED', 'PAYLOAD_TOO_LARGE', 'RATE_LIMITED', 'REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'UNSUPPORTED_MEDIA_TYPE', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'VALIDATION_FAILED'] as const;

/** Log in with a cookie. Log in with a cookie. (POST /bff/login) */
export const browserLogin: Operation<LoginInput, undefined, (typeof codes1)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/bff/login', body: 'application/json', answer: 'nothing', codes: codes1, anonymous: true });

/** The file of a link. The file of a link. (GET /v1/files/{link}) */
export const getFile: Operation<{ link: string }, Response, (typeof codes2)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/files/{link}', answer: 'bytes', codes: codes2 });

/** The caller's jobs, newest first. The caller's jobs, newest first. (GET /v1/jobs) */
export const listJobs: SelectableOperation<{ state?: 'WAITING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED'; first?: number; after?: string }, JobList, (typeof codes3)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/jobs', query: ['state', 'first', 'after', 'fields'], answer: 'json', codes: codes3 });

/** A job of the caller. A job of the caller. (GET /v1/jobs/{id}) */
export const getJob: SelectableOperation<{ id: string }, Job, (typeof codes4)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/jobs/{id}', query: ['fields'], answer: 'json', codes: codes4 });

/** Cancel a job; it can still be read. Cancel a job; it can still be read. (DELETE /v1/jobs/{id}) */
export const cancelJob: SelectableOperation<{ id: string }, Job, (typeof codes5)[number]> = /* @__PURE__ */ rest({ method: 'DELETE', path: '/v1/jobs/{id}', query: ['fields'], answer: 'json', codes: codes5 });

/** The changes of a job. The changes of a job. (GET /v1/jobs/{id}/events) */
export const followJob: StreamOperation<{ id: string }, StreamEvent<'state', Job> | StreamEvent<'progress', Job> | CommonEvent> = /* @__PURE__ */ stream({ method: 'GET', path: '/v1/jobs/{id}/events', query: ['lastEventId', 'after', 'wait'], answer: 'events', codes: codes6 });

/** Upload a file, or begin to. Upload a file, or begin to. (POST /v1/uploads) */
export const upload: SelectableOperation<None, Upload, (typeof codes7)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/uploads', query: ['fields'], answer: 'json', codes: codes7 });

/** What an upload may have. What an upload may have. (OPTIONS /v1/uploads) */
export const getUploadLimits: Operation<None, undefined, (typeof codes8)[number]> = /* @__PURE__ */ rest({ method: 'OPTIONS', path: '/v1/uploads', answer: 'nothing', codes: codes8 });

/** Where an upload goes on. Where an upload goes on. (GET /v1/uploads/{id}) */
export const getUpload: SelectableOperation<{ id: string }, Upload, (typeof codes9)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/uploads/{id}', query: ['fields'], answer: 'json', codes: codes9 });

/** Delete an upload. Delete an upload. (DELETE /v1/uploads/{id}) */
export const deleteUpload: Operation<{ id: string }, undefined, (typeof codes10)[number]> = /* @__PURE__ */ rest({ method: 'DELETE', path: '/v1/uploads/{id}', answer: 'nothing', codes: codes10 });

/** Append to an upload. Append to an upload. (PATCH /v1/uploads/{id}) */
export const appendToUpload: SelectableOperation<{ id: string }, Upload | undefined, (typeof codes11)[number]> = /* @__PURE__ */ rest({ method: 'PATCH', path: '/v1/uploads/{id}', query: ['fields'], answer: 'json', codes: codes11 });

/** Register a customer. Register a customer. (POST /v1/auth/register) */
export const register: SelectableOperation<RegisterInput, User, (typeof codes12)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/auth/register', query: ['fields'], body: 'application/json', answer: 'json', codes: codes12, anonymous: true });

/** Log in. Log in. (POST /v1/auth/login) */
export const login: SelectableOperation<LoginInput, Tokens, (typeof codes13)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/auth/login', query: ['fields'], body: 'application/json', answer: 'json', codes: codes13, anonymous: true });

/** The next pair of tokens. The next pair of tokens. (POST /v1/auth/refresh) */
export const refresh: SelectableOperation<RefreshInput, Tokens, (typeof codes13)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/auth/refresh', query: ['fields'], body: 'application/json', answer: 'json', codes: codes13, anonymous: true });

/** Log out. Log out. (POST /v1/auth/logout) */
export const logout: Operation<RefreshInput, undefined, (typeof codes14)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/auth/logout', body: 'application/json', answer: 'nothing', codes: codes14, anonymous: true });

/** Set the caller's picture, from an upload or a data URL. Set the caller's picture, from an upload or a data URL. (PUT /v1/me/avatar) */
export const setAvatar: SelectableOperation<AvatarBody, Avatar, (typeof codes15)[number]> = /* @__PURE__ */ rest({ method: 'PUT', path: '/v1/me/avatar', query: ['fields'], body: 'application/json', answer: 'json', codes: codes15 });

/** Remove the caller's picture. Remove the caller's picture. (DELETE /v1/me/avatar) */
export const removeAvatar: Operation<None, undefined, (typeof codes16)[number]> = /* @__PURE__ */ rest({ method: 'DELETE', path: '/v1/me/avatar', answer: 'nothing', codes: codes16 });

/** Delete every file of the caller. Delete every file of the caller. (DELETE /v1/me/files) */
export const deleteFiles: Operation<None, undefined, (typeof codes16)[number]> = /* @__PURE__ */ rest({ method: 'DELETE', path: '/v1/me/files', answer: 'nothing', codes: codes16 });

/** The picture of a person, in one size. The picture of a person, in one size. (GET /v1/avatars/{path}) */
export const getAvatar: Operation<{ path: string }, Response, (typeof codes17)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/avatars/{path}', answer: 'bytes', codes: codes17 });

/** Who is logged in, in this browser. Who is logged in, in this browser. (GET /bff/session) */
export const getBrowserSession: SelectableOperation<None, BrowserSession, (typeof codes18)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/bff/session', query: ['fields'], answer: 'json', codes: codes18 });

/** Log out of this browser. Log out of this browser. (POST /bff/logout) */
export const browserLogout: SelectableOperation<None, BrowserLogout | undefined, (typeof codes19)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/bff/logout', query: ['fields'], answer: 'json', codes: codes19, anonymous: true });

/** The caller's profile. The caller's profile. (GET /v1/me) */
export const getMe: SelectableOperation<None, User, (typeof codes20)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/me', query: ['fields'], answer: 'json', codes: codes20 });

/** Delete the caller's account, after a recent login. Delete the caller's account, after a recent login. (DELETE /v1/me) */
export const deleteMe: Operation<None, undefined, (typeof codes21)[number]> = /* @__PURE__ */ rest({ method: 'DELETE', path: '/v1/me', answer: 'nothing', codes: codes21 });

/** Change the caller's profile (RFC 7396). Change the caller's profile (RFC 7396). (PATCH /v1/me) */
export const updateMe: SelectableOperation<UpdateProfileInput, User, (typeof codes22)[number]> = /* @__PURE__ */ rest({ method: 'PATCH', path: '/v1/me', query: ['fields'], body: 'application/merge-patch+json', answer: 'json', codes: codes22 });

/** The caller's sessions, newest first. The caller's sessions, newest first. (GET /v1/auth/sessions) */
export const listSessions: SelectableOperation<{ first?: number; after?: string }, SessionList, (typeof codes3)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/auth/sessions', query: ['first', 'after', 'fields'], answer: 'json', codes: codes3 });

/** End one of the caller's sessions. End one of the caller's sessions. (DELETE /v1/auth/sessions/{id}) */
export const endSession: Operation<{ id: string }, undefined, (typeof codes23)[number]> = /* @__PURE__ */ rest({ method: 'DELETE', path: '/v1/auth/sessions/{id}', answer: 'nothing', codes: codes23 });

/** Log out everywhere. Log out everywhere. (POST /v1/auth/logout-all) */
export const logoutAll: Operation<None, undefined, (typeof codes24)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/auth/logout-all', answer: 'nothing', codes: codes24 });

/** Change the caller's password. Change the caller's password. (POST /v1/auth/password) */
export const changePassword: Operation<ChangePasswordInput, undefined, (typeof codes25)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/auth/password', body: 'application/json', answer: 'nothing', codes: codes25 });

/** Ask about orders and products. Ask about orders and products. (POST /v1/assistant/chat) */
export const askAssistant: StreamOperation<ChatBody, StreamEvent<'message', ChatMessageData> | StreamEvent<'degraded', ChatDegradedData> | CommonEvent> = /* @__PURE__ */ stream({ method: 'POST', path: '/v1/assistant/chat', body: 'application/json', answer: 'events', codes: codes1, once: true });

/** Notifications about the caller's orders. Notifications about the caller's orders. (GET /v1/events) */
export const followNotifications: StreamOperation<None, StreamEvent<'job.ended', NotificationJobEndedData> | StreamEvent<'order.moved', NotificationOrderMovedData> | StreamEvent<'order.placed', NotificationOrderPlacedData> | StreamEvent<'orders.digest', NotificationOrdersDigestData> | StreamEvent<'gap', NotificationGapData> | CommonEvent> = /* @__PURE__ */ stream({ method: 'GET', path: '/v1/events', query: ['lastEventId', 'after', 'wait'], answer: 'events', codes: codes26 });

/** The time, every second. The time, every second. (GET /v1/events/clock) */
export const followClock: StreamOperation<None, StreamEvent<'tick', ClockTickData> | CommonEvent> = /* @__PURE__ */ stream({ method: 'GET', path: '/v1/events/clock', query: ['lastEventId', 'after', 'wait'], answer: 'events', codes: codes27 });

/** The state of gateways and upstreams, for operators. The state of gateways and upstreams, for operators. (GET /v1/events/system) */
export const followSystem: StreamOperation<None, StreamEvent<'status', SystemStatusData> | StreamEvent<'breaker.changed', SystemBreakerChangedData> | StreamEvent<'gap', SystemGapData> | CommonEvent> = /* @__PURE__ */ stream({ method: 'GET', path: '/v1/events/system', query: ['lastEventId', 'after', 'wait'], answer: 'events', codes: codes3 });

/** Who does what, for operators. Who does what, for operators. (GET /v1/events/user-activity) */
export const followUserActivity: StreamOperation<None, StreamEvent<'activity', ActivityActivityData> | StreamEvent<'gap', ActivityGapData> | CommonEvent> = /* @__PURE__ */ stream({ method: 'GET', path: '/v1/events/user-activity', query: ['lastEventId', 'after', 'wait'], answer: 'events', codes: codes3 });

/** The home page. With `Accept: text/event-stream`, each part is sent as an event `part` when it is ready, then the rest as `complete`; merged, they equal the JSON response. With `Accept: application/x-ndjson` the same as lines: `{"part":{…}}`, then `{"complete":{…}}`, or `{"error":{…}}` if it fails midway. (GET /v1/home) */
export const getHome: SelectableOperation<None, Home, (typeof codes20)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/home', query: ['fields'], answer: 'json', codes: codes20 });

/** The caller's orders, newest first. The caller's orders, newest first. (GET /v1/orders) */
export const listOrders: SelectableOperation<{ status?: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED'; first?: number; after?: string }, OrderList, (typeof codes26)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/orders', query: ['status', 'first', 'after', 'fields'], answer: 'json', codes: codes26 });

/** Place an order. Place an order. (POST /v1/orders) */
export const placeOrder: SelectableOperation<PlaceOrderBody, Order, (typeof codes28)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/orders', query: ['fields'], body: 'application/json', answer: 'json', codes: codes28, keyed: true });

/** All of the caller's orders, or everybody's with the scope `admin`, newest first. All of the caller's orders, or everybody's with the scope `admin`, newest first. (GET /v1/orders/export) */
export const exportOrders: Operation<{ /** The id of the last order of an export that broke off: this one has those after it. */ after?: string }, Response, (typeof codes26)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/orders/export', query: ['after'], answer: 'bytes', codes: codes26 });

/** Write an export to a file; the result of the job has its link. Write an export to a file; the result of the job has its link. (POST /v1/orders/exports) */
export const requestOrderExport: SelectableOperation<OrderExportBody, Job, (typeof codes29)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/orders/exports', query: ['fields'], body: 'application/json', answer: 'json', codes: codes29, keyed: true });

/** An order with the products of its lines. An order with the products of its lines. (GET /v1/orders/{id}) */
export const getOrder: SelectableOperation<{ id: string }, OrderPage, (typeof codes20)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/orders/{id}', query: ['fields'], answer: 'json', codes: codes20 });

/** Cancel an order. Cancel an order. (POST /v1/orders/{id}/cancel) */
export const cancelOrder: SelectableOperation<{ id: string }, Order, (typeof codes30)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/orders/{id}/cancel', query: ['fields'], answer: 'json', codes: codes30 });

/** The status changes of an order. The status changes of an order. (GET /v1/orders/{id}/events) */
export const followOrder: StreamOperation<{ id: string }, StreamEvent<'status', OrderProgress> | StreamEvent<'degraded', Degraded> | StreamEvent<'restored', OrderRestoredData> | CommonEvent> = /* @__PURE__ */ stream({ method: 'GET', path: '/v1/orders/{id}/events', query: ['lastEventId', 'after', 'wait'], answer: 'events', codes: codes31 });

/** The caller's orders of a year as XLSX. The result of the job has `url`, a link to the file that is valid for a week. (POST /v1/orders/reports) */
export const requestReport: SelectableOperation<ReportRequest, Job, (typeof codes29)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/orders/reports', query: ['fields'], body: 'application/json', answer: 'json', codes: codes29, keyed: true });

/** The files at an order. The files at an order. (GET /v1/orders/{orderId}/attachments) */
export const listAttachments: SelectableOperation<{ orderId: string }, AttachmentList, (typeof codes20)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/orders/{orderId}/attachments', query: ['fields'], answer: 'json', codes: codes20 });

/** Attach an upload to an order. Attach an upload to an order. (POST /v1/orders/{orderId}/attachments) */
export const addAttachment: SelectableOperation<{ orderId: string } & AttachmentBody, Attachment, (typeof codes15)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/orders/{orderId}/attachments', query: ['fields'], body: 'application/json', answer: 'json', codes: codes15 });

/** A file at an order. A file at an order. (GET /v1/orders/{orderId}/attachments/{id}) */
export const getAttachment: Operation<{ orderId: string; id: string }, Response, (typeof codes32)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/orders/{orderId}/attachments/{id}', answer: 'bytes', codes: codes32 });

/** Delete a file at an order. Delete a file at an order. (DELETE /v1/orders/{orderId}/attachments/{id}) */
export const deleteAttachment: Operation<{ orderId: string; id: string }, undefined, (typeof codes33)[number]> = /* @__PURE__ */ rest({ method: 'DELETE', path: '/v1/orders/{orderId}/attachments/{id}', answer: 'nothing', codes: codes33 });

/** The best-selling products, counted each night. The best-selling products, counted each night. (GET /v1/products/best-sellers) */
export const getBestSellers: SelectableOperation<{ first?: number }, BestSellers, (typeof codes34)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/products/best-sellers', query: ['first', 'fields'], answer: 'json', codes: codes34 });

/** Matching products, paged. Matching products, paged. (GET /v1/products) */
export const listProducts: SelectableOperation<{ search?: string; category?: string; sort?: 'RELEVANCE' | 'PRICE_ASC' | 'PRICE_DESC' | 'RATING_DESC'; page?: number; pageSize?: number }, ProductList, (typeof codes34)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/products', query: ['search', 'category', 'sort', 'page', 'pageSize', 'fields'], answer: 'json', codes: codes34 });

/** A product with related products and reviews. A product with related products and reviews. (GET /v1/products/{id}) */
export const getProductPage: SelectableOperation<{ id: string }, ProductPage, (typeof codes35)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/products/{id}', query: ['fields'], answer: 'json', codes: codes35 });

/** Create and replace products from a file. CSV with a header (RFC 4180) or one JSON object a line, in UTF-8, also gzip, br or zstd. The job reports accepted and rejected rows. (POST /v1/products/import) */
export const importProducts: SelectableOperation<{ dryRun?: string }, Job, (typeof codes36)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/products/import', query: ['dryRun', 'fields'], answer: 'json', codes: codes36, keyed: true });

/** The picture of a product: small, medium or large. The picture of a product: small, medium or large. (GET /v1/products/{id}/image/{size}) */
export const getProductImage: Operation<{ id: string; size: string }, Response, (typeof codes37)[number]> = /* @__PURE__ */ rest({ method: 'GET', path: '/v1/products/{id}/image/{size}', answer: 'bytes', codes: codes37 });

/** Set the picture of a product. Set the picture of a product. (PUT /v1/products/{id}/image) */
export const setProductImage: Operation<{ id: string } & ProductImageBody, undefined, (typeof codes15)[number]> = /* @__PURE__ */ rest({ method: 'PUT', path: '/v1/products/{id}/image', body: 'application/json', answer: 'nothing', codes: codes15 });

/** Set the picture of a product, by a job. The result of the job has the path of each size. (POST /v1/products/{id}/image) */
export const requestProductImage: SelectableOperation<{ id: string } & ProductImageBody, Job, (typeof codes38)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/products/{id}/image', query: ['fields'], body: 'application/json', answer: 'json', codes: codes38 });

/** Write the caller's review of a product, or replace it. A customer has one review of a product. It shows their first name and the initial of their last. (POST /v1/products/{id}/reviews) */
export const writeReview: SelectableOperation<{ id: string } & WriteReviewBody, Review, (typeof codes39)[number]> = /* @__PURE__ */ rest({ method: 'POST', path: '/v1/products/{id}/reviews', query: ['fields'], body: 'application/json', answer: 'json', codes: codes39, keyed: true });
