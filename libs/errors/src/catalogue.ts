import type { FeatureErrors } from './feature-errors.ts';

/** A failure that clients can receive: its status, title and documentation. */
export interface CatalogueEntry {
  /** HTTP status. */
  status: number;
  /** The `title` of the problem: the same for every failure of this code. */
  title: string;
  /** For the documentation: when clients receive this code. */
  when: string;
  /** Whether its responses have a `Retry-After`. */
  hasRetryAfter?: true;
  /** Whether a service is at fault, unless the error says otherwise. */
  isUpstreamFault?: true;
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
    when: 'The GraphQL document or its variables do not match the schema.',
  },
  GRAPHQL_TOO_MANY_TOKENS: {
    status: 400,
    title: 'Too many tokens',
    when: 'The GraphQL document has too many tokens.',
  },
  GRAPHQL_TOO_DEEP: {
    status: 400,
    title: 'Query too deep',
    when: 'The nesting depth of the GraphQL operation exceeds the limit.',
  },
  GRAPHQL_TOO_MANY_ROOT_FIELDS: {
    status: 400,
    title: 'Too many root fields',
    when: 'The GraphQL operation has too many root fields.',
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
    when: 'The GraphQL operation has too many fields, including those of its fragments.',
  },
  GRAPHQL_PAGE_TOO_LARGE: {
    status: 400,
    title: 'Page size too large',
    when: 'The GraphQL operation requests a page that is larger than the limit.',
  },
  GRAPHQL_TOO_EXPENSIVE: {
    status: 400,
    title: 'Query too complex',
    when: 'The estimated cost of the GraphQL operation exceeds the limit.',
  },
  GRAPHQL_BATCH_REFUSED: {
    status: 400,
    title: 'Batching not supported',
    when: 'The request contains more than one GraphQL operation.',
  },
  GRAPHQL_INCREMENTAL_REFUSED: {
    status: 400,
    title: 'Incremental delivery not supported',
    when: 'The GraphQL operation uses `@defer` or `@stream`.',
  },
  GRAPHQL_INTROSPECTION_OFF: {
    status: 400,
    title: 'Introspection disabled',
    when: 'The GraphQL operation requests the schema, and introspection is disabled in production.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'Not authenticated',
    when: 'The request has no access token, or the token is not valid. `WWW-Authenticate` names the reason.',
  },
  STEP_UP_REQUIRED: {
    status: 401,
    title: 'Recent login required',
    when: 'The caller must log in again, or with a stronger method. `WWW-Authenticate` has the requirements (RFC 9470).',
  },
  FORBIDDEN: { status: 403, title: 'Forbidden', when: 'The caller lacks a required scope.' },
  GRAPHQL_NOT_TRUSTED: {
    status: 403,
    title: 'Trusted operation required',
    when: 'The gateway executes trusted operations only.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'Not found',
    when: 'The resource does not exist, or it belongs to another caller.',
  },
  GRAPHQL_UNKNOWN_DOCUMENT: {
    status: 404,
    title: 'Unknown document',
    when: 'No trusted operation has this id.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 404,
    title: 'Persisted query not found',
    when: 'No document with this hash is registered: send the document with its hash.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    when: 'The resource does not support this method. `Allow` lists the supported ones.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'Not acceptable',
    when: 'No available representation matches the `Accept` header.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request timeout',
    when: 'The headers or the body of the request were not received within the timeout.',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflict',
    when: 'The request conflicts with the current state of the resource, for example an email address that is in use.',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: 'Request in progress',
    when: 'The first request with this idempotency key is still in progress. `Retry-After` says when to retry.',
    hasRetryAfter: true,
  },
  OFFSET_MISMATCH: {
    status: 409,
    title: 'Wrong upload offset',
    when: 'The upload goes on at another offset. `Upload-Offset` has the right one.',
  },
  GONE: {
    status: 410,
    title: 'Gone',
    when: 'The resource has expired, for example a link or an unfinished upload, or the operation has been retired.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'Precondition failed',
    when: 'The current version of the resource does not satisfy `If-Match` or `If-None-Match`.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Payload too large', when: 'The body is larger than the limit.' },
  URI_TOO_LONG: { status: 414, title: 'URI too long', when: 'The URI of the request is longer than the limit.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    when: 'The resource does not accept this media type.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    title: 'Range not satisfiable',
    when: 'The file has no such range. `Content-Range` has its size.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    title: 'Expectation failed',
    when: 'The `Expect` header has another value than `100-continue`.',
  },
  VALIDATION_FAILED: {
    status: 422,
    title: 'Validation failed',
    when: 'A value has the right type but is out of range or malformed. `errors` names each field.',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    title: 'Idempotency key reused',
    when: 'The caller has already used this idempotency key for a different request.',
  },
  LOCKED: {
    status: 423,
    title: 'Locked',
    when: 'Another request writes to the same upload. `Retry-After` says when to retry.',
    hasRetryAfter: true,
  },
  UPGRADE_REQUIRED: {
    status: 426,
    title: 'Upgrade required',
    when: 'The resource requires the protocol in `Upgrade`. A proxy may have removed that header from the request.',
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    title: 'Precondition required',
    when: 'The resource requires `If-Match`, so that concurrent changes by other clients are not lost.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    when: 'The caller has exceeded a rate limit. `Retry-After` says when to retry.',
    hasRetryAfter: true,
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'Request header fields too large',
    when: 'The total size of the request headers exceeds the limit.',
  },
  CHECKSUM_MISMATCH: {
    status: 460,
    title: 'Checksum mismatch',
    when: 'The bytes that arrived have another hash than the request says. None of them are kept.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal error',
    when: 'The gateway failed unexpectedly. Report the `requestId`.',
  },
  UPSTREAM_UNAVAILABLE: {
    status: 502,
    title: 'Upstream unavailable',
    when: 'A required upstream service could not be reached.',
    isUpstreamFault: true,
  },
  UPSTREAM_BAD_RESPONSE: {
    status: 502,
    title: 'Bad upstream response',
    when: 'A required upstream service returned an invalid response.',
    isUpstreamFault: true,
  },
  CIRCUIT_OPEN: {
    status: 503,
    title: 'Circuit open',
    when: 'The circuit breaker of a required upstream service is open. `Retry-After` says when to retry.',
    hasRetryAfter: true,
  },
  OVERLOADED: {
    status: 503,
    title: 'Overloaded',
    when: 'The gateway or a required upstream service is overloaded, shutting down or without its database. `Retry-After` says when to retry.',
    hasRetryAfter: true,
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    title: 'Upstream timeout',
    when: 'A required upstream service did not respond within its timeout.',
    isUpstreamFault: true,
  },
  STORAGE_FULL: {
    status: 507,
    title: 'Insufficient storage',
    when: 'There is no space for the file.',
  },
} satisfies Record<string, CatalogueEntry>;

/** The code of a failure: stable, for programs. */
export type ErrorCode = Extract<keyof (typeof own & FeatureErrors), string>;

/**
 * Every code that clients can receive, in the order of their status: the gateway's, and those that features add with
 * `defineErrors`. A test compares `docs/errors.md` with this list.
 */
export const catalogue = { ...own } as Record<ErrorCode, CatalogueEntry>;
