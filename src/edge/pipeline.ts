import { AdminServer } from './admin-port/admin-server.ts';
import { Authenticate } from './authentication/authenticate.ts';
import { NoteDenials } from './authentication/note-denials.ts';
import { ConnectionLimit } from './connections/connection-limit.ts';
import { compression } from './compression/compression.ts';
import { readBodies } from './body/read-bodies.ts';
import { unreadBodies } from './body/unread-bodies.ts';
import { httpCache } from './http-cache/http-cache.ts';
import { sharedAnswers } from './http-cache/shared-answers.ts';
import { negotiation } from './negotiation/accept.ts';
import { acceptQuery } from './negotiation/accept-query.ts';
import { accessLog } from './access-log/access-log.ts';
import { clientOrigin } from './context/client-origin.ts';
import { cors } from './headers/cors.ts';
import { Drain } from './drain/drain.ts';
import { preflight } from './headers/preflight.ts';
import { methodNotAllowed } from './methods/method-not-allowed.ts';
import { malformed } from './malformed/refuse-malformed.ts';
import { requestContext, requestTimeout } from './context/request-context.ts';
import { securityHeaders } from './headers/security-headers.ts';
import { serverTiming } from './timing/server-timing.ts';
import { versions } from './versions/versions.ts';
import { Shedding } from './shedding/shedding.ts';
import { GraphqlLimits, GraphqlUpgrades } from './graphql-stages.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { plain, provided, type Stage } from './stage/stage.ts';
import { OpenStreams } from './streams/open-streams.ts';
import { arrivalsFromElsewhere } from './visits/arrivals-from-elsewhere.ts';
import { RequestRecordings } from './tracing/request-recordings.ts';

/**
 * Every stage that a request passes before its handler and after it, in this order. No other place adds a hook
 * that requests run; what a refusal needs comes before the first stage that refuses.
 */
export const PIPELINE: readonly Stage[] = [
  plain({
    name: 'context',
    file: 'edge/context/request-context.ts',
    why: 'Creates the `Context` with its deadline, and sends `X-Request-Id`. First, since every stage may log or refuse.',
    on: ['onRequest', 'preValidation'],
    decorates: { context: null, isStream: false },
    hooks: requestContext,
  }),
  plain({
    name: 'client',
    file: 'edge/context/client-origin.ts',
    why: "Reads the client's address, protocol and host from trusted proxies. After the context, whose id its warning needs.",
    on: ['onRequest'],
    hooks: clientOrigin,
  }),
  plain({
    name: 'access log',
    file: 'edge/access-log/access-log.ts',
    why: 'Writes one line for each request. Early, so that refused requests have one.',
    on: ['onResponse', 'onRequestAbort'],
    hooks: accessLog,
  }),
  provided({
    name: 'tracing',
    file: 'edge/tracing/request-recordings.ts',
    why: 'Begins the recording of a request, and ends it after the response. Before the stages that call upstreams.',
    on: ['onRequest', 'onResponse', 'onRequestAbort'],
    provider: RequestRecordings,
  }),
  provided({
    name: 'metrics',
    file: 'edge/metrics/request-metrics.ts',
    why: 'Counts and times requests by method, route and status, refused ones included. After tracing, which decides on its traces.',
    on: ['onResponse'],
    provider: RequestMetrics,
  }),
  plain({
    name: 'security headers',
    file: 'edge/headers/security-headers.ts',
    why: "Sets helmet's headers and `Cache-Control: no-store` on every answer, refusals included.",
    on: ['onRequest'],
    hooks: securityHeaders,
  }),
  {
    name: 'CORS',
    file: 'edge/headers/cors.ts',
    why: 'Lets pages of `CORS_ORIGINS` read answers. Before refusals, so that pages can read them.',
    on: ['onRoute', 'onRequest'],
    plugin: cors,
  },
  plain({
    name: 'preflight',
    file: 'edge/headers/preflight.ts',
    why: 'Answers preflights of every path. Before authentication, since browsers send them without a token.',
    on: ['onRequest'],
    hooks: preflight,
  }),
  plain({
    name: 'deadline',
    file: 'edge/context/request-context.ts',
    why: 'Refuses an invalid `X-Request-Timeout-Ms`. After the stages whose headers its refusal needs.',
    on: ['onRequest'],
    hooks: requestTimeout,
  }),
  plain({
    name: 'malformed',
    file: 'edge/malformed/refuse-malformed.ts',
    why: 'Refuses a missing or repeated `Host`, unreadable targets and codings, and unknown expectations, before any stage reads them.',
    on: ['onRequest'],
    hooks: malformed,
  }),
  provided({
    name: 'admin port',
    file: 'edge/admin-port/admin-server.ts',
    why: "Hides operators' routes on the public port, and public routes on the admin port.",
    on: ['onRequest'],
    decorates: { isOperator: false },
    provider: AdminServer,
  }),
  plain({
    name: 'versions',
    file: 'edge/versions/versions.ts',
    why: 'Refuses contradictory and unknown versions; the path was rewritten before routing.',
    on: ['onRequest', 'onRoute'],
    hooks: versions,
  }),
  plain({
    name: 'Accept-Query',
    file: 'edge/negotiation/accept-query.ts',
    why: 'Sends the media types of QUERY content on every answer of a resource that supports it. Before the refusal of content.',
    on: ['onRequest', 'onRoute'],
    hooks: acceptQuery,
  }),
  plain({
    name: 'methods',
    file: 'edge/methods/method-not-allowed.ts',
    why: 'Refuses methods that the resource does not support. After the admin port, which hides resources.',
    on: ['onRequest'],
    hooks: methodNotAllowed,
  }),
  plain({
    name: 'negotiation',
    file: 'edge/negotiation/accept.ts',
    why: 'Refuses unsupported `Accept` headers; on the way out, adds the envelope. Before the ETag, which covers the sent body.',
    on: ['onRequest', 'onSend'],
    hooks: negotiation,
  }),
  provided({
    name: 'connections',
    file: 'edge/connections/connection-limit.ts',
    why: 'Refuses requests of connections beyond the limit. After the stages whose headers the refusal needs.',
    on: ['onRequest'],
    provider: ConnectionLimit,
  }),
  provided({
    name: 'shedding',
    file: 'edge/shedding/shedding.ts',
    why: 'Refuses requests under overload. Before authentication, which is expensive; a place is taken once the body has arrived.',
    on: ['onRequest', 'preValidation'],
    decorates: { place: undefined },
    provider: Shedding,
  }),
  plain({
    name: 'arrivals from elsewhere',
    file: 'edge/visits/arrivals-from-elsewhere.ts',
    why: 'Has browsers that come from another site ask again for a page of a caller, with their cookies. Before authentication, which would find none.',
    on: ['onRequest'],
    hooks: arrivalsFromElsewhere,
  }),
  provided({
    name: 'authentication',
    file: 'edge/authentication/authenticate.ts',
    why: 'Identifies the caller by bearer or DPoP token, API key, session cookie or client certificate; guards decide on access.',
    on: ['onRequest'],
    provider: Authenticate,
  }),
  {
    name: 'body',
    file: 'edge/body/read-bodies.ts',
    why: 'Reads JSON, coded or not, up to the limit of the route; cuts off slow bodies, and counts uploads. After the refusals that need no body.',
    on: ['onRoute', 'preParsing'],
    plugin: readBodies,
  },
  provided({
    name: 'denials',
    file: 'edge/authentication/note-denials.ts',
    why: 'Writes denied requests to the audit log.',
    on: ['onResponse'],
    provider: NoteDenials,
  }),
  provided({
    name: 'GraphQL over WebSocket',
    file: 'transports/graphql/subscriptions/web-socket-handler.ts',
    why: 'Accepts upgrades at `/graphql`. Before the document stage: an upgrade has no document.',
    on: ['preValidation'],
    provider: GraphqlUpgrades,
  }),
  provided({
    name: 'GraphQL limits',
    file: 'transports/graphql/limit-document.ts',
    why: "Finds the document, refuses one beyond a limit, and reserves its cost from the caller's buckets.",
    on: ['preHandler'],
    decorates: { operation: undefined, variables: undefined },
    provider: GraphqlLimits,
  }),
  plain({
    name: 'HTTP cache',
    file: 'edge/http-cache/http-cache.ts',
    why: 'Sets cache headers and answers 304. After the envelope, which the ETag covers.',
    on: ['onSend'],
    decorates: { digest: undefined },
    hooks: httpCache,
  }),
  plain({
    name: 'compression',
    file: 'edge/compression/compression.ts',
    why: 'Refuses clients that accept no coding; on the way out, compresses the body. After the HTTP cache, whose ETag is of the uncompressed body.',
    on: ['onRequest', 'onSend'],
    hooks: compression,
  }),
  plain({
    name: 'server timing',
    file: 'edge/timing/server-timing.ts',
    why: 'Reports the time of each upstream. After the HTTP cache: never on an answer that caches share.',
    on: ['onSend'],
    hooks: serverTiming,
  }),
  plain({
    name: 'shared answers',
    file: 'edge/http-cache/shared-answers.ts',
    why: 'Removes `RateLimit`, `Set-Cookie`, `X-Request-Id` and similar headers from answers that caches share. After every stage that sets them.',
    on: ['onSend'],
    hooks: sharedAnswers,
  }),
  plain({
    name: 'unread bodies',
    file: 'edge/body/unread-bodies.ts',
    why: 'Lets a client that is still sending receive the refusal, then ends the upload. Before the stages that close connections.',
    on: ['onSend', 'onResponse'],
    hooks: unreadBodies,
  }),
  provided({
    name: 'place left',
    file: 'edge/shedding/shedding.ts',
    why: 'Passes the place on, and reports the latency to the adaptive limit. After all expensive stages.',
    on: ['onSend'],
    provider: Shedding,
  }),
  provided({
    name: 'drain',
    file: 'edge/drain/drain.ts',
    why: 'Announces the end of the connection on each answer during shutdown.',
    on: ['onSend', 'preClose'],
    provider: Drain,
  }),
  provided({
    name: 'open streams',
    file: 'edge/streams/open-streams.ts',
    why: 'Ends streams before the server waits for its connections.',
    on: ['preClose'],
    provider: OpenStreams,
  }),
];
