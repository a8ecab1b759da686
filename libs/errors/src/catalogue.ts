import type { FeatureErrors } from './feature-errors.ts';

/** One kind of failure, as clients know it. */
export interface CatalogueEntry {
  /** HTTP status. */
  status: number;
  /** What `title` says: the same for every failure of this code. */
  title: string;
  /** For the documentation: when it is answered. */
  when: string;
  /** Set by `defineErrors`. */
  isOfFeature?: boolean;
}

const own = {
  BAD_REQUEST: {
    status: 400,
    title: 'Bad request',
    when: 'The request cannot be parsed, or has a value of the wrong type or an unknown field.',
  },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    title: 'GraphQL document cannot be parsed',
    when: 'The GraphQL document has a syntax error.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    title: 'GraphQL document is not valid',
    when: 'The GraphQL document or its variables do not fit the schema.',
  },
  GRAPHQL_TOO_MANY_TOKENS: { status: 400, title: 'Too many tokens', when: 'The GraphQL document is too long.' },
  GRAPHQL_TOO_DEEP: {
    status: 400,
    title: 'Too deep',
    when: 'The GraphQL operation has too many fields inside of each other.',
  },
  GRAPHQL_TOO_MANY_ROOT_FIELDS: {
    status: 400,
    title: 'Too many root fields',
    when: 'The GraphQL operation asks for too many things at once.',
  },
  GRAPHQL_TOO_MANY_ALIASES: {
    status: 400,
    title: 'Too many aliases',
    when: 'The GraphQL operation has too many aliases.',
  },
  GRAPHQL_TOO_MANY_DIRECTIVES: {
    status: 400,
    title: 'Too many directives',
    when: 'The GraphQL operation has too many directives.',
  },
  GRAPHQL_TOO_MANY_FIELDS: {
    status: 400,
    title: 'Too many fields',
    when: 'The GraphQL operation has too many fields, those of its fragments included.',
  },
  GRAPHQL_PAGE_TOO_LARGE: {
    status: 400,
    title: 'Page too large',
    when: 'The GraphQL operation asks for too much on one page.',
  },
  GRAPHQL_TOO_EXPENSIVE: {
    status: 400,
    title: 'Too expensive',
    when: 'The GraphQL operation is estimated to cost too much.',
  },
  GRAPHQL_BATCH_REFUSED: {
    status: 400,
    title: 'Batch refused',
    when: 'There is more than one GraphQL operation in the request.',
  },
  GRAPHQL_INCREMENTAL_REFUSED: {
    status: 400,
    title: 'Incremental delivery refused',
    when: 'The GraphQL operation has `@defer` or `@stream`.',
  },
  GRAPHQL_INTROSPECTION_OFF: {
    status: 400,
    title: 'Introspection is off',
    when: 'The GraphQL operation asks for the schema, in production.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'Not authenticated',
    when: 'There is no token, or it is not valid. `WWW-Authenticate` says which.',
  },
  STEP_UP_REQUIRED: {
    status: 401,
    title: 'Recent login required',
    when: 'The caller must have logged in more recently, or in a stronger way. `WWW-Authenticate` says how (RFC 9470).',
  },
  FORBIDDEN: { status: 403, title: 'Forbidden', when: 'The caller lacks a scope.' },
  GRAPHQL_NOT_TRUSTED: {
    status: 403,
    title: 'Not a trusted operation',
    when: 'This gateway takes trusted operations alone.',
  },
  NOT_FOUND: { status: 404, title: 'Not found', when: "There is no such thing, or it is somebody else's." },
  GRAPHQL_UNKNOWN_DOCUMENT: {
    status: 404,
    title: 'Unknown document',
    when: 'There is no trusted operation of this id.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 404,
    title: 'Persisted query not found',
    when: 'There is no document of this hash here: send it along.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    when: 'The resource has other methods: see `Allow`.',
  },
  NOT_ACCEPTABLE: { status: 406, title: 'Not acceptable', when: 'No representation fits the `Accept` header.' },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request timeout',
    when: 'The request did not arrive in time: its headers or its body took too long.',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflict',
    when: 'The state of things does not allow it, for example an email address already taken.',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: 'Request in flight',
    when: 'The first request with this idempotency key has not been answered yet. `Retry-After` says when to ask again.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'Precondition failed',
    when: 'The resource is not in the state that `If-Match` or `If-None-Match` asks for.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Payload too large', when: 'The body is larger than the limit.' },
  URI_TOO_LONG: { status: 414, title: 'URI too long', when: 'The address is longer than the limit.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    when: 'The body is of a type this resource does not read.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    title: 'Expectation failed',
    when: 'The `Expect` header asks for something other than `100-continue`.',
  },
  VALIDATION_FAILED: {
    status: 422,
    title: 'Validation failed',
    when: 'A value has the right type but is out of range or badly formatted. `errors` names each field.',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    title: 'Idempotency key used before',
    when: 'The caller has used this idempotency key for another request.',
  },
  UPGRADE_REQUIRED: {
    status: 426,
    title: 'Upgrade required',
    when: 'The resource speaks another protocol: see `Upgrade`. A proxy in between may have dropped the header.',
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    title: 'Precondition required',
    when: 'The resource is changed with `If-Match` alone, so that no change of another client is lost.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    when: 'The caller has asked too often. `Retry-After` says when to come back.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'Headers too large',
    when: 'The headers together are larger than the limit.',
  },
  INTERNAL: { status: 500, title: 'Internal error', when: 'Our fault. Tell us the `requestId`.' },
  UPSTREAM_UNAVAILABLE: {
    status: 502,
    title: 'Upstream unavailable',
    when: 'A service that this answer cannot do without did not answer.',
  },
  UPSTREAM_BAD_RESPONSE: {
    status: 502,
    title: 'Bad upstream response',
    when: 'A service answered something that cannot be used.',
  },
  CIRCUIT_OPEN: {
    status: 503,
    title: 'Circuit open',
    when: 'A service that this answer cannot do without has failed too often, and is left alone for a moment. `Retry-After` says when to come back.',
  },
  OVERLOADED: {
    status: 503,
    title: 'Overloaded',
    when: 'There is too much to do, or the gateway is about to stop. `Retry-After` says when to come back.',
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    title: 'Upstream timeout',
    when: 'A service that this answer cannot do without did not answer in time.',
  },
} satisfies Record<string, CatalogueEntry>;

/** The code of a failure: constant, for programs. */
export type ErrorCode = Extract<keyof (typeof own & FeatureErrors), string>;

/**
 * Every code a client can meet, in the order of their status: the gateway's, and what features add with `defineErrors`.
 * `docs/errors.md` is held to this list.
 */
export const catalogue = { ...own } as Record<ErrorCode, CatalogueEntry>;
