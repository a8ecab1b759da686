import { wasAborted } from '#gateway/edge/stage/was-aborted';
import { type Failure, failureFields, failureOf } from '#gateway/edge/errors/failures';
import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import type { GatewayError } from '#libs/errors';
import { inRequest, type LogShipping, namedLogger, shippingOf } from '#libs/observe';
import type { TryRecord } from '#libs/upstream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LineSampler } from './line-sampler.ts';

/** A message that could not be parsed as a request. */
interface Unparsed {
  /** `none` if the method could not be parsed either. */
  method: string;
  error: GatewayError;
  requestId: string;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Writes the line of an upgraded request, when its connection ends. */
    logUpgraded(request: FastifyRequest): void;
    /** Writes the line of a message that could not be parsed and was refused. */
    logUnparsed(refusal: Unparsed): void;
    /** Which ordinary lines are written, and how many were. */
    accessLines: LineSampler;
    /** Are called with the error of each request that had one, when it has ended. */
    failureListeners: ((request: FastifyRequest, failure: Failure) => void)[];
    /** What sends log lines to other places than standard output. */
    logShipping: LogShipping | undefined;
  }
}

/** The status nginx logs for a client that closed the connection before the response. */
const CLIENT_CLOSED_REQUEST = 499;
/** The status of an upgraded connection. */
const SWITCHED = 101;
/** The status of a stream that its client closed. */
const STREAM_CLOSED = 200;

/**
 * Writes one log line for each request: method, route, status, duration, caller and upstream tries; for errors the
 * code. Never the query, the body or a header. Of ordinary lines it writes one of ACCESS_LOG_SAMPLE.
 */
export function accessLog(parts: Parts): Pick<Hooks, 'onResponse' | 'onRequestAbort'> {
  const { server, config } = parts;
  const logger = namedLogger(parts.logger, 'access');
  const sampler = new LineSampler(config.ACCESS_LOG_SAMPLE);
  server.decorate('accessLines', sampler);
  const listeners: FastifyInstance['failureListeners'] = [];
  server.decorate('failureListeners', listeners);
  server.decorate('logShipping', shippingOf(parts.logger));

  const write = (request: FastifyRequest, status: number, durationMs: number) => {
    const { method, routeOptions, context } = request;
    const failure = failureOf(context.log);
    if (failure) for (const listener of listeners) listener(request, failure);
    const isSlow = durationMs >= config.ACCESS_LOG_SLOW_MS && !lastsByItself(request, status);
    const isOrdinary = status < 400 && !isSlow && isUneventful(context);
    if (isOrdinary && !sampler.takes()) return;
    const line = {
      method,
      route: routeOptions.url ?? 'none',
      status,
      durationMs: tenths(durationMs),
      ...failureFields(context.log),
      ...(context.tries.length ? { tries: context.tries.map(toLogEntry) } : {}),
      ...(isOrdinary && sampler.of > 1 ? { sampledOf: sampler.of } : {}),
    };
    const isOurs = status >= 500 && !wasGivenUp(request, failure);
    inRequest(context.log, () => logger[isOurs ? 'error' : 'info'](line, 'request'));
  };

  const ageOf = ({ context }: FastifyRequest) => performance.now() - context.startedAt;
  server.decorate('logUpgraded', (request: FastifyRequest) => write(request, SWITCHED, ageOf(request)));

  server.decorate('logUnparsed', ({ method, error: { status, code }, requestId }: Unparsed) =>
    inRequest({ requestId }, () => logger.info({ method, route: 'none', status, code }, 'request')),
  );

  return {
    onResponse(request, reply, done) {
      if (!wasAborted(request)) write(request, reply.statusCode, reply.elapsedTime);
      done();
    },
    onRequestAbort(request, done) {
      // Its upstream calls are being cancelled; their tries are recorded by the next turn of the event loop.
      const status = request.isStream ? STREAM_CLOSED : CLIENT_CLOSED_REQUEST;
      setImmediate(write, request, status, ageOf(request));
      done();
    },
  };
}

/** Whether a request lasts for as long as its client stays, which is not slow. */
const lastsByItself = ({ isStream }: FastifyRequest, status: number): boolean => isStream || status === SWITCHED;

/**
 * Whether a client's own deadline ended its request, before any upstream had its time: that is no error of ours, and nobody
 * may fill the log with errors at will.
 */
const wasGivenUp = ({ headers, context }: FastifyRequest, failure: Failure | undefined): boolean =>
  failure?.code === 'UPSTREAM_TIMEOUT' &&
  headers['x-request-timeout-ms'] !== undefined &&
  context.tries.every(({ outcome }) => outcome === 'OK' || outcome === 'CANCELLED');

/** Whether nothing failed for a request, not even in part. */
const isUneventful = ({ log, degraded, tries }: FastifyRequest['context']): boolean =>
  failureOf(log) === undefined && !degraded.length && tries.every(({ outcome }) => outcome === 'OK');

/** The fields of an upstream try that are logged; ordinary values are left out. */
function toLogEntry({
  upstream,
  method,
  outcome,
  durationMs,
  number,
  isHedge,
  queueMs,
  breaker,
}: TryRecord): object {
  const line: Partial<TryRecord> = { upstream, method, outcome, durationMs: tenths(durationMs) };
  if (number > 1) line.number = number;
  if (isHedge) line.isHedge = isHedge;
  if (queueMs) line.queueMs = tenths(queueMs);
  if (breaker !== 'CLOSED') line.breaker = breaker;
  return line;
}

const tenths = (durationMs: number): number => Math.round(durationMs * 10) / 10;
