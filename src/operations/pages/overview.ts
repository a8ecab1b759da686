import { isAdminRoute } from '#gateway/declare/admin-route';
import { PROBE_PATHS } from '#gateway/operations/probe-paths';
import { WARN_MS } from '#gateway/operations/certificates/certificates-in-use';
import type { MetricWindow, Where } from './metric-text.ts';

/** Requests, failures and durations of something. */
export interface Traffic {
  perSecond: number;
  /** The share of failures, from 0 to 1. */
  failed: number;
  p50Ms: number | undefined;
  p95Ms: number | undefined;
  p99Ms: number | undefined;
}

/** An upstream, as all workers see it together. */
interface UpstreamState extends Traffic {
  name: string;
  /** The methods whose breaker is not closed in some worker. */
  openMethods: string[];
  hedgesPerSecond: number;
  retriesPerSecond: number;
  addresses: number;
  ejected: number;
}

/** The state of the gateway, of all its workers, in the last minute. */
export interface Overview {
  /** The length of the window that rates and quantiles are of, in seconds. */
  seconds: number;
  requests: Traffic & { refusedPerSecond: number };
  routes: (Traffic & { method: string; route: string })[];
  upstreams: UpstreamState[];
  cache: {
    hitShare: number | undefined;
    stalePerSecond: number;
    bytes: number;
    entries: number;
    isRedisUp: boolean;
  };
  streams: { route: string; open: number }[];
  load: { inFlight: number; limit: number; queued: number; shedPerSecond: number; limitedPerSecond: number };
  /** Certificates that expire within two weeks, or have expired. */
  certificates: { use: string; of: string; leftMs: number }[];
  process: { residentBytes: number; heapUsedBytes: number; cpuShare: number };
}

const REQUESTS = 'http_request_duration_seconds';
const TRIES = 'upstream_try_duration_seconds';
/** The most routes listed: the busiest ones. */
const MAX_ROUTES = 12;

/** Whether clients requested it, and not operators, orchestrators or Prometheus. */
const isOfClients: Where = ({ route = '' }) => !isAdminRoute(route) && !PROBES.has(route);
const PROBES = new Set<string>(Object.values(PROBE_PATHS));

const isFault: Where = ({ status = '' }) => status.startsWith('5');
const isRefusal: Where = ({ status = '' }) => status.startsWith('4');
const HITS = new Set(['hit', 'stale']);

/** Reads the overview from the metrics. */
export function overviewOf(window: MetricWindow): Overview {
  const { now, seconds } = window;
  return {
    seconds,
    requests: {
      ...trafficOf(window, REQUESTS, isOfClients, isFault),
      refusedPerSecond: window.rate(`${REQUESTS}_count`, (labels) => isOfClients(labels) && isRefusal(labels)),
    },
    routes: routesOf(window),
    upstreams: now.valuesOf('upstream_addresses', 'upstream').map((name) => upstreamOf(window, name)),
    cache: {
      hitShare: shareOf(
        window.growth('cache_answers_total', ({ outcome = '' }) => HITS.has(outcome)),
        window.growth('cache_answers_total'),
      ),
      stalePerSecond: window.rate('cache_answers_total', ({ outcome = '' }) => outcome.startsWith('stale')),
      bytes: now.sum('cache_memory_bytes'),
      entries: now.sum('cache_memory_entries'),
      isRedisUp: now.sum('cache_redis_up') > 0,
    },
    streams: now.all('streams_open').flatMap(({ labels: { route = '' }, value }) => ({ route, open: value })),
    load: {
      inFlight: now.sum('shedding_in_flight'),
      limit: now.sum('shedding_limit'),
      queued: now.sum('shedding_queued'),
      shedPerSecond: window.rate('shedding_requests_total', ({ outcome }) => outcome === 'shed'),
      limitedPerSecond: window.rate('limits_requests_total', ({ outcome }) => outcome === 'limited'),
    },
    certificates: expiringIn(window),
    process: {
      residentBytes: now.sum('process_resident_memory_bytes'),
      heapUsedBytes: now.sum('nodejs_heap_size_used_bytes'),
      cpuShare: window.rate('process_cpu_seconds_total'),
    },
  };
}

function trafficOf(window: MetricWindow, histogram: string, where: Where, isFailure: Where): Traffic {
  const count = window.growth(`${histogram}_count`, where);
  const ms = (quantile: number) => {
    const seconds = window.quantile(histogram, quantile, where);
    return seconds === undefined ? undefined : seconds * 1_000;
  };
  return {
    perSecond: count / window.seconds,
    failed:
      shareOf(
        window.growth(`${histogram}_count`, (labels) => where(labels) && isFailure(labels)),
        count,
      ) ?? 0,
    p50Ms: ms(0.5),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
  };
}

function routesOf(window: MetricWindow): Overview['routes'] {
  const named = new Map<string, { method: string; route: string; count: number }>();
  for (const { labels } of window.now.all(`${REQUESTS}_count`)) {
    const { method = '', route = '' } = labels;
    const name = `${method} ${route}`;
    if (isOfClients(labels) && !named.has(name))
      named.set(name, { method, route, count: window.growth(`${REQUESTS}_count`, of(method, route)) });
  }
  return [...named.values()]
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .slice(0, MAX_ROUTES)
    .map(({ method, route }) => ({ method, route, ...trafficOf(window, REQUESTS, of(method, route), isFault) }));
}

const of =
  (method: string, route: string): Where =>
  (labels) =>
    labels['route'] === route && labels['method'] === method;

function upstreamOf(window: MetricWindow, name: string): UpstreamState {
  const isIts: Where = ({ upstream }) => upstream === name;
  const ofKind = (kind: string) =>
    window.rate(`${TRIES}_count`, (labels) => isIts(labels) && labels['kind'] === kind);
  const isFailure: Where = ({ outcome }) => outcome !== 'OK' && outcome !== 'CANCELLED';
  return {
    name,
    ...trafficOf(window, TRIES, isIts, isFailure),
    openMethods: window.now
      .all('upstream_breaker_open')
      .flatMap(({ labels, value }) => (isIts(labels) && value > 0 ? (labels['method'] ?? []) : [])),
    hedgesPerSecond: ofKind('hedge'),
    retriesPerSecond: ofKind('retry'),
    addresses: window.now.sum('upstream_addresses', isIts),
    ejected: window.now.sum('upstream_addresses_ejected', isIts),
  };
}

function expiringIn({ now }: MetricWindow): Overview['certificates'] {
  return now
    .all('certificate_expires_timestamp_seconds')
    .map(({ labels: { use = '', of: whose = '' }, value }) => ({
      use,
      of: whose,
      leftMs: value * 1_000 - Date.now(),
    }))
    .filter(({ leftMs }) => leftMs < WARN_MS);
}

const shareOf = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);
