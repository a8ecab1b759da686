import { AdminDoor } from './admin-port/admin-door.ts';
import { Authenticate } from './authentication/authenticate.ts';
import { NoteDenials } from './authentication/note-denials.ts';
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

/**
 * Every stage that a request passes before its handler and after it, in this order. No other place adds a hook to the
 * server of clients; what a refusal needs comes before the first stage that refuses.
 */
export const PIPELINE: readonly Stage[] = [
  plain({
    name: 'context',
    file: 'edge/context/request-context.ts',
    why: 'Makes the `Context` with its deadline, and sends `X-Request-Id`. First, since any stage may log or refuse.',
    on: ['onRequest', 'preValidation'],
    decorates: { context: null, isStream: false },
    hooks: requestContext,
  }),
  plain({
    name: 'client',
    file: 'edge/context/client-origin.ts',
    why: 'Reads address, protocol and host of the client from trusted proxies. After the context, whose id its warning has.',
    on: ['onRequest'],
    hooks: clientOrigin,
  }),
  plain({
    name: 'access log',
    file: 'edge/access-log/access-log.ts',
    why: 'Writes one line a request. Early, so that refused requests have theirs.',
    on: ['onResponse', 'onRequestAbort'],
    hooks: accessLog,
  }),
  provided({
    name: 'metrics',
    file: 'edge/metrics/request-metrics.ts',
    why: 'Counts and times requests by method, route and status, refused ones too.',
    on: ['onResponse'],
    provider: RequestMetrics,
  }),
  plain({
    name: 'security headers',
    file: 'edge/headers/security-headers.ts',
    why: "Puts helmet's headers and `Cache-Control: no-store` on every answer, refusals included.",
    on: ['onRequest'],
    hooks: securityHeaders,
  }),
  {
    name: 'CORS',
    file: 'edge/headers/cors.ts',
    why: 'Lets pages of `CORS_ORIGINS` read answers. Before what refuses, so that they can read refusals.',
    on: ['onRoute', 'onRequest'],
    plugin: cors,
  },
  plain({
    name: 'preflight',
    file: 'edge/headers/preflight.ts',
    why: 'Answers preflights of every path: browsers send them without a token, so nothing later is asked.',
    on: ['onRequest'],
    hooks: preflight,
  }),
  plain({
    name: 'deadline',
    file: 'edge/context/request-context.ts',
    why: 'Refuses an `X-Request-Timeout-Ms` that is not a time. After what its refusal needs.',
    on: ['onRequest'],
    hooks: requestTimeout,
  }),
  plain({
    name: 'malformed',
    file: 'edge/malformed/refuse-malformed.ts',
    why: 'Refuses a `Host` that is missing or doubled, targets and codings that cannot be read, and unknown expectations, before anything reads them.',
    on: ['onRequest'],
    hooks: malformed,
  }),
  provided({
    name: 'admin port',
    file: 'edge/admin-port/admin-door.ts',
    why: "Hides operators' routes from the public port, and public ones from the admin port.",
    on: ['onRequest'],
    decorates: { isOperator: false },
    provider: AdminDoor,
  }),
  plain({
    name: 'versions',
    file: 'edge/versions/versions.ts',
    why: 'Refuses versions that disagree or do not exist; the path was rewritten before routing.',
    on: ['onRequest', 'onRoute'],
    hooks: versions,
  }),
  plain({
    name: 'Accept-Query',
    file: 'edge/negotiation/accept-query.ts',
    why: 'Says what a QUERY may consist of, on every answer of a resource that has one. Before what refuses its content.',
    on: ['onRequest', 'onRoute'],
    hooks: acceptQuery,
  }),
  plain({
    name: 'negotiation',
    file: 'edge/negotiation/accept.ts',
    why: 'Refuses clients that accept nothing we speak; on the way out, puts the envelope around the body. Before the ETag, which is of what is sent.',
    on: ['onRequest', 'onSend'],
    hooks: negotiation,
  }),
  provided({
    name: 'shedding',
    file: 'edge/shedding/shedding.ts',
    why: 'Refuses what is too much. Before authentication, which costs; a place is taken once the body is there.',
    on: ['onRequest', 'preValidation'],
    decorates: { place: undefined },
    provider: Shedding,
  }),
  provided({
    name: 'authentication',
    file: 'edge/authentication/authenticate.ts',
    why: 'Finds out who is asking, by bearer token or by the cookie of a session; whether they may is the guards’ to say.',
    on: ['onRequest'],
    provider: Authenticate,
  }),
  {
    name: 'body',
    file: 'edge/body/read-bodies.ts',
    why: 'Reads JSON, packed or not, up to the limit of the route; cuts bodies that take too long. After who is refused without being read.',
    on: ['onRoute'],
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
    file: 'transports/graphql/subscriptions/web-socket-door.ts',
    why: 'Takes upgrades at `/graphql`. Before the documents: an upgrade has none.',
    on: ['preValidation'],
    provider: GraphqlUpgrades,
  }),
  provided({
    name: 'GraphQL limits',
    file: 'transports/graphql/limit-document.ts',
    why: 'Finds the document, refuses what is too big, and takes its cost from the buckets of the caller before it runs.',
    on: ['preHandler'],
    decorates: { operation: undefined, variables: undefined },
    provider: GraphqlLimits,
  }),
  plain({
    name: 'HTTP cache',
    file: 'edge/http-cache/http-cache.ts',
    why: 'Says what caches may do with the answer, and answers 304. After the envelope, whose bytes the ETag is of.',
    on: ['onSend'],
    decorates: { digest: undefined },
    hooks: httpCache,
  }),
  plain({
    name: 'compression',
    file: 'edge/compression/compression.ts',
    why: 'Refuses clients that accept no coding at all; on the way out, packs the body. After the HTTP cache, whose entity tag is of the body as it was.',
    on: ['onRequest', 'onSend'],
    hooks: compression,
  }),
  plain({
    name: 'server timing',
    file: 'edge/timing/server-timing.ts',
    why: 'Says how long each upstream took. After the HTTP cache: never on an answer that caches share.',
    on: ['onSend'],
    hooks: serverTiming,
  }),
  plain({
    name: 'shared answers',
    file: 'edge/http-cache/shared-answers.ts',
    why: 'Takes `RateLimit`, `Set-Cookie`, `X-Request-Id` and their like from answers that caches share. After all that set them.',
    on: ['onSend'],
    hooks: sharedAnswers,
  }),
  plain({
    name: 'unread bodies',
    file: 'edge/body/unread-bodies.ts',
    why: 'Lets a client that is still sending hear why its body is refused, and ends what it goes on sending. Before what closes connections.',
    on: ['onSend', 'onResponse'],
    hooks: unreadBodies,
  }),
  provided({
    name: 'place left',
    file: 'edge/shedding/shedding.ts',
    why: 'Gives the place to the next, and tells the adaptive limit how long the work took. After all that costs.',
    on: ['onSend'],
    provider: Shedding,
  }),
  provided({
    name: 'drain',
    file: 'edge/drain/drain.ts',
    why: 'Says on each answer that the connection ends, once the gateway is about to stop.',
    on: ['onSend', 'preClose'],
    provider: Drain,
  }),
  provided({
    name: 'open streams',
    file: 'edge/streams/open-streams.ts',
    why: 'Ends streams before the server waits for its connections to end.',
    on: ['preClose'],
    provider: OpenStreams,
  }),
];
