import { failureFields } from '#gateway/edge/errors/failures';
import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import type { GatewayError } from '#libs/errors';
import { inRequest } from '#libs/observe';
import type { TryRecord } from '#libs/upstream';
import type { FastifyRequest } from 'fastify';

/** What could not be read as a request. */
interface Unparsed {
  /** `none` where that could not be read either. */
  method: string;
  error: GatewayError;
  requestId: string;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Writes the line of a request that has become something else, when that is over. */
    logUpgraded(request: FastifyRequest): void;
    /** Writes the line of what could not be read as a request, and was refused. */
    logUnparsed(refusal: Unparsed): void;
  }
}

/** nginx's status for a client that closed the connection before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499;
/** It speaks another protocol from then on. */
const SWITCHED = 101;
/** That is how a stream ends. */
const STREAM_CLOSED = 200;

/** One line a request: what was asked, by whom, what came of it, how long it took; of a refusal its code. No query, no body, no header. */
export function accessLog({ server, logger }: Parts): Pick<Hooks, 'onResponse' | 'onRequestAbort'> {
  const write = (request: FastifyRequest, status: number, durationMs: number) => {
    const { method, routeOptions, context } = request;
    const line = {
      method,
      route: routeOptions.url ?? 'none',
      status,
      durationMs: tenths(durationMs),
      ...failureFields(context.log),
      ...(context.tries.length ? { tries: context.tries.map(shown) } : {}),
    };
    inRequest(context.log, () => logger[status >= 500 ? 'error' : 'info'](line, 'request'));
  };

  const ageOf = ({ context }: FastifyRequest) => performance.now() - context.startedAt;
  server.decorate('logUpgraded', (request: FastifyRequest) => write(request, SWITCHED, ageOf(request)));

  server.decorate('logUnparsed', ({ method, error: { status, code }, requestId }: Unparsed) =>
    inRequest({ requestId }, () => logger.info({ method, route: 'none', status, code }, 'request')),
  );

  return {
    onResponse(request, reply, done) {
      write(request, reply.statusCode, reply.elapsedTime);
      done();
    },
    onRequestAbort(request, done) {
      // The calls made for it are being cancelled: a moment later their tries are known.
      const status = request.isStream ? STREAM_CLOSED : CLIENT_CLOSED_REQUEST;
      setImmediate(write, request, status, ageOf(request));
      done();
    },
  };
}

/** A try of an upstream call: what went as usual is left out. */
function shown({ upstream, method, outcome, durationMs, number, isHedge, queueMs, breaker }: TryRecord): object {
  const line: Partial<TryRecord> = { upstream, method, outcome, durationMs: tenths(durationMs) };
  if (number > 1) line.number = number;
  if (isHedge) line.isHedge = isHedge;
  if (queueMs) line.queueMs = tenths(queueMs);
  if (breaker !== 'CLOSED') line.breaker = breaker;
  return line;
}

const tenths = (durationMs: number): number => Math.round(durationMs * 10) / 10;
