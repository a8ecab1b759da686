import type { ErrorCode } from './catalogue.ts';
import type { FeatureRefusalSources } from './feature-errors.ts';

/** A reason for a 429 or a 503. */
export interface RefusalSource {
  code: Extract<ErrorCode, 'RATE_LIMITED' | 'OVERLOADED' | 'CIRCUIT_OPEN'>;
  /** For the documentation: the condition of the refusal. */
  when: string;
  /** For the documentation: the setting of the limit, in Markdown. */
  setting: string;
}

const own = {
  'rate-limit': {
    code: 'RATE_LIMITED',
    when: 'A token bucket of the caller is empty. The access line has `policy` and `cost`; `RateLimit` has the remaining quota.',
    setting: '`RATE_LIMIT_*`',
  },
  attempts: {
    code: 'RATE_LIMITED',
    when: 'Too many wrong passwords or tokens were sent for an account or from an address.',
    setting: 'see [Security](security.md)',
  },
  'streams-of-caller': {
    code: 'RATE_LIMITED',
    when: 'The caller has too many open streams.',
    setting: '`MAX_STREAMS_PER_CALLER`',
  },
  'socket-operations': {
    code: 'RATE_LIMITED',
    when: 'One WebSocket has too many active GraphQL operations.',
    setting: 'none',
  },
  shedding: {
    code: 'OVERLOADED',
    when: 'Too many requests are in flight and queued, the event loop lags, or memory is low.',
    setting: '`SHEDDING`, `MAX_IN_FLIGHT`, `MAX_QUEUED`',
  },
  connections: {
    code: 'OVERLOADED',
    when: 'Too many connections are open, by the setting or by the limit of open files. Connections far beyond are closed without an answer.',
    setting: '`MAX_CONNECTIONS`, `LimitNOFILE` of the process',
  },
  'unfinished-bodies': {
    code: 'OVERLOADED',
    when: 'Too many request bodies are incomplete: the oldest one is aborted, or the newest upload refused.',
    setting: '`MAX_UNFINISHED_BODIES`, `MAX_UNFINISHED_BODIES_PER_ADDRESS`',
  },
  streams: {
    code: 'OVERLOADED',
    when: 'The process has too many open streams.',
    setting: '`MAX_STREAMS`',
  },
  draining: {
    code: 'OVERLOADED',
    when: 'The gateway is starting or shutting down: `/readyz` and new streams return this; event streams that are opened by GET end with `shutdown`.',
    setting: '`DRAIN_MS`',
  },
  bulkhead: {
    code: 'OVERLOADED',
    when: 'Too many calls of one service are in flight and queued. Answers in which its part is optional are degraded.',
    setting: '`bulkhead` of `UPSTREAMS_FILE`',
  },
  upstream: {
    code: 'OVERLOADED',
    when: 'A service returned HTTP 429 or gRPC `RESOURCE_EXHAUSTED`, or HTTP 503 or gRPC `UNAVAILABLE` with a delay, for example without its database. Answers in which its part is optional are degraded.',
    setting: 'of the service',
  },
  breaker: {
    code: 'CIRCUIT_OPEN',
    when: 'The circuit breaker of a service method is open. Answers in which its part is optional are degraded.',
    setting: '`breaker` of `UPSTREAMS_FILE`',
  },
  sessions: {
    code: 'OVERLOADED',
    when: 'Redis, which stores the sessions, cannot be reached.',
    setting: '`REDIS_URL`',
  },
  provider: {
    code: 'OVERLOADED',
    when: 'The keys of the OpenID provider, which verify logout tokens, cannot be fetched.',
    setting: '`OIDC_ISSUER`',
  },
  issuers: {
    code: 'OVERLOADED',
    when: 'An outside issuer cannot be reached for its keys or for token introspection.',
    setting: '`ISSUERS_FILE`',
  },
  dpop: {
    code: 'OVERLOADED',
    when: 'The gateway cannot store more DPoP proofs for replay detection.',
    setting: 'none',
  },
  usage: {
    code: 'OVERLOADED',
    when: 'Redis, which stores the use of operations, cannot be reached.',
    setting: '`REDIS_URL`',
  },
  'worker-pool': {
    code: 'OVERLOADED',
    when: 'Too many tasks, for example images, wait for a thread.',
    setting: '`WORKER_THREADS`, `WORKER_QUEUE`',
  },
  'virus-scan': {
    code: 'OVERLOADED',
    when: 'The virus scanner cannot be reached, or gives no verdict: files are not accepted without.',
    setting: '`SCAN_URL`, `SCAN_TIMEOUT_MS`',
  },
  jobs: {
    code: 'OVERLOADED',
    when: 'Too many jobs of one kind wait.',
    setting: '`maxWaiting` of the kind',
  },
  'jobs-unavailable': {
    code: 'OVERLOADED',
    when: 'Redis or the file, which stores the jobs, cannot be used.',
    setting: '`REDIS_URL`, `JOBS_FILE`',
  },
  storage: {
    code: 'OVERLOADED',
    when: 'The folder of files cannot be used: it is read-only, not mounted, or no descriptor is left. The access line has the `cause`.',
    setting: '`STORAGE_URL`',
  },
  framework: {
    code: 'OVERLOADED',
    when: 'Fastify or Nest returned this status.',
    setting: 'none',
  },
} satisfies Record<string, RefusalSource>;

/** The name of a reason for a 429 or a 503. */
export type RefusalSourceName = keyof typeof own | keyof FeatureRefusalSources;

/**
 * Every reason for a 429 or a 503, also those of features. Access lines name them, and a test compares the table of
 * `docs/limits.md` with this list.
 */
export const refusalSources = { ...own } as Record<RefusalSourceName, RefusalSource>;

/**
 * Adds the reasons of a feature, which also merges their names into `FeatureRefusalSources`.
 * @throws {Error} if a name is already defined
 */
export function defineRefusalSources<Sources extends Record<string, RefusalSource>>(sources: Sources): Sources {
  const taken = Object.keys(sources).find((name) => name in refusalSources);
  if (taken !== undefined) throw new Error(`The refusal source ${taken} is already defined`);
  Object.assign(refusalSources, sources);
  return sources;
}
