import type { ErrorCode } from '#libs/errors';

const header = (description: string, schema: object = { type: 'string', maxLength: 1_000 }) => ({
  description,
  schema,
});

/** The header components of responses. */
export const HEADERS = {
  'Access-Control-Allow-Origin': header('The origin of the requesting page, if CORS_ORIGINS lists it.'),
  'Cache-Control': header('How long the response may be reused, and by which caches (RFC 9111).'),
  'Content-Location': header('The URL of the representation in the body (RFC 9110, section 8.7).'),
  Deprecation: header('Since when the operation is deprecated, as a structured date (RFC 9745).'),
  ETag: header(
    'The entity tag of the representation, for `If-None-Match` and, of a versioned resource, `If-Match`.',
  ),
  Link: header('Related resources, for example the guide to the replacement of the operation (RFC 8288).'),
  Location: header('The URL of the created resource, or of the state of the accepted work.'),
  RateLimit: header('The remaining quota of each limit (draft-ietf-httpapi-ratelimit-headers).'),
  'RateLimit-Policy': header('The limits that apply (draft-ietf-httpapi-ratelimit-headers).'),
  'Retry-After': header('When to retry, in seconds.', { type: 'integer', minimum: 0, maximum: 86_400 }),
  'Set-Cookie': header('The cookie of the browser session, which scripts cannot read (RFC 6265).'),
  Sunset: header('When the operation may be removed, as an HTTP date (RFC 8594).'),
  'WWW-Authenticate': header('The accepted schemes, and why the credentials do not suffice (RFC 9110, RFC 6750).'),
  'X-Request-Id': header('The id of this request in the logs; absent where a shared cache may keep the response.'),
};

/** The name of a header component. */
export type HeaderName = keyof typeof HEADERS;

/** The headers that every response may have. */
export const EVERYWHERE: readonly HeaderName[] = [
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'Access-Control-Allow-Origin',
];

/** References to header components. */
export const headerRefs = (names: readonly HeaderName[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** The codes whose responses say when to retry. */
const RETRIED: readonly ErrorCode[] = [
  'RATE_LIMITED',
  'OVERLOADED',
  'CIRCUIT_OPEN',
  'IDEMPOTENCY_IN_FLIGHT',
  'LOCKED',
];
/** The codes whose responses have a challenge. */
const CHALLENGED: readonly ErrorCode[] = ['UNAUTHENTICATED', 'STEP_UP_REQUIRED', 'FORBIDDEN'];

/** The headers of an error response with one of these codes. */
export const errorHeaders = (codes: readonly ErrorCode[]): Record<string, object> =>
  headerRefs([
    ...EVERYWHERE,
    ...(codes.some((code) => RETRIED.includes(code)) ? (['Retry-After'] as const) : []),
    ...(codes.some((code) => CHALLENGED.includes(code)) ? (['WWW-Authenticate'] as const) : []),
  ]);
