import type { ErrorCode } from '#libs/errors';
import type { DescribedRoute } from './described-routes.ts';

/** What of an operation of the document decides its error codes. */
export interface OperationShape {
  path: string;
  method: string;
  hasBody: boolean;
}

/** The codes of every operation: the request cannot be parsed, the gateway fails or is overloaded. */
const EVERYWHERE: readonly ErrorCode[] = ['BAD_REQUEST', 'INTERNAL', 'OVERLOADED'];
const OF_BODIES: readonly ErrorCode[] = ['REQUEST_TIMEOUT', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
const OF_UPSTREAMS: readonly ErrorCode[] = [
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
  'CIRCUIT_OPEN',
  'UPSTREAM_TIMEOUT',
];

const WRITES = new Set(['post', 'put', 'patch', 'delete']);

/** The paths whose representation is negotiated. */
const NEGOTIATED = /^\/(v1|bff)\//;

/**
 * The error codes that an operation can answer with, derived from what its route declares. Codes of requests that no
 * operation receives, for example a URI that is too long, are those of the `default` response.
 */
export function errorCodesOf(route: DescribedRoute, { path, method, hasBody }: OperationShape): Set<ErrorCode> {
  const { access, limits } = route;
  return new Set([
    ...EVERYWHERE,
    ...(access.ignoresToken ? [] : (['UNAUTHENTICATED'] as const)),
    ...(access.recentLogin ? (['STEP_UP_REQUIRED'] as const) : []),
    // A session cookie needs `X-CSRF` wherever a token is needed.
    ...(!access.isPublic || access.isForPages || access.scopes?.length ? (['FORBIDDEN'] as const) : []),
    ...(limits.isFree ? [] : (['RATE_LIMITED'] as const)),
    ...(NEGOTIATED.test(path) ? (['NOT_ACCEPTABLE'] as const) : []),
    ...(hasBody ? OF_BODIES : []),
    // Of a body that nobody asked for.
    ...(WRITES.has(method) ? (['UNSUPPORTED_MEDIA_TYPE'] as const) : []),
    ...(route.callsUpstreams ? OF_UPSTREAMS : []),
    ...route.refusals,
  ]);
}
