import type { ErrorCode } from './catalogue.ts';

/** One reason to ask a client to come back later. */
export interface RefusalSource {
  code: Extract<ErrorCode, 'RATE_LIMITED' | 'OVERLOADED' | 'CIRCUIT_OPEN'>;
  /** For the documentation: what is refused, and when. */
  when: string;
  /** For the documentation: the setting that decides, in Markdown. */
  setting: string;
}

/** Every reason for a 429 or a 503. The table of `docs/limits.md` is held to this list, and the access line names them. */
export const refusalSources = {
  'rate-limit': {
    code: 'RATE_LIMITED',
    when: 'A bucket of the caller is empty. The line has `policy` and `cost`, `RateLimit` what is left.',
    setting: '`RATE_LIMIT_*`',
  },
  attempts: {
    code: 'RATE_LIMITED',
    when: 'There were too many wrong passwords or tokens for an account or from an address.',
    setting: 'see [Security](security.md)',
  },
  'streams-of-caller': {
    code: 'RATE_LIMITED',
    when: 'The caller has too many streams open.',
    setting: '`MAX_STREAMS_PER_CALLER`',
  },
  'socket-operations': {
    code: 'RATE_LIMITED',
    when: 'There are too many GraphQL operations under way on one WebSocket.',
    setting: 'none',
  },
  shedding: {
    code: 'OVERLOADED',
    when: 'There are too many requests in flight and waiting, the event loop is late, or memory is short.',
    setting: '`SHEDDING`, `MAX_IN_FLIGHT`, `MAX_QUEUED`',
  },
  'unfinished-bodies': {
    code: 'OVERLOADED',
    when: 'There are too many bodies that have not come to their end: the one that took longest is cut.',
    setting: '`MAX_UNFINISHED_BODIES`, `MAX_UNFINISHED_BODIES_PER_ADDRESS`',
  },
  streams: {
    code: 'OVERLOADED',
    when: 'There are too many streams open in all.',
    setting: '`MAX_STREAMS`',
  },
  draining: {
    code: 'OVERLOADED',
    when: 'The gateway is starting or about to stop: `/readyz`, and new streams.',
    setting: '`DRAIN_MS`',
  },
  bulkhead: {
    code: 'OVERLOADED',
    when: 'There are too many calls of one service under way and waiting. What can do without it is degraded.',
    setting: '`bulkhead` of `UPSTREAMS_FILE`',
  },
  upstream: {
    code: 'OVERLOADED',
    when: 'A service said so itself: HTTP 429, gRPC `RESOURCE_EXHAUSTED`. What can do without it is degraded.',
    setting: 'of the service',
  },
  breaker: {
    code: 'CIRCUIT_OPEN',
    when: 'A method of a service fails or is slow too often. What can do without it is degraded.',
    setting: '`breaker` of `UPSTREAMS_FILE`',
  },
  sessions: {
    code: 'OVERLOADED',
    when: 'Redis, which keeps the sessions, cannot be reached.',
    setting: '`REDIS_URL`',
  },
  provider: {
    code: 'OVERLOADED',
    when: 'The keys of the OpenID provider, which a logout token is checked with, cannot be had.',
    setting: '`OIDC_ISSUER`',
  },
  issuers: {
    code: 'OVERLOADED',
    when: 'An outside issuer cannot be asked about a token: for its keys, or by introspection.',
    setting: '`ISSUERS_FILE`',
  },
  dpop: {
    code: 'OVERLOADED',
    when: 'There are more DPoP proofs than this gateway can remember.',
    setting: 'none',
  },
  'support-chat': {
    code: 'OVERLOADED',
    when: 'Redis, which keeps the messages, cannot be reached.',
    setting: '`REDIS_URL`',
  },
  framework: {
    code: 'OVERLOADED',
    when: 'Fastify or Nest said so.',
    setting: 'none',
  },
} satisfies Record<string, RefusalSource>;

/** The name of a reason to ask a client to come back later. */
export type RefusalSourceName = keyof typeof refusalSources;
