import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Config } from '#gateway/config/config';
import { isGone } from '#gateway/edge/http/is-gone';
import { requestIdOf } from '#gateway/edge/http/request-context';
import { headersOf } from '#gateway/edge/http/security-headers';
import { PROBLEM_TYPE } from '#gateway/edge/errors/problem';
import { catalogue } from '#libs/errors';
import type { FastifyInstance } from 'fastify';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { Gate } from './gate.ts';
import { LoopTurn } from './loop-turn.ts';
import { MemoryPressure } from './memory-pressure.ts';
import { priorityOf } from './priorities.ts';

const LEAST_IN_FLIGHT = 10;
const ALLOWANCE_MS = 20;
/** They are answered whatever happens, so that nobody restarts what is only busy. */
const PROBES = new Set(['/livez', '/readyz']);
/** Who is refused comes back within so many seconds, each at another time. */
const MOST_RETRY_SECONDS = 4;

/**
 * Refuses what is too much before it costs anything: before a request is routed, parsed or logged. How much that is, it
 * finds out by itself.
 */
export class Shedding {
  readonly limit: AdaptiveLimit;
  readonly gate: Gate;
  readonly memory: MemoryPressure;
  private readonly turn = new LoopTurn();
  private readonly isOn: boolean;
  private readonly timeoutMs: number;

  constructor(config: Config, memory = new MemoryPressure()) {
    this.isOn = config.SHEDDING === 'on';
    this.timeoutMs = config.REQUEST_TIMEOUT_MS;
    this.memory = memory;
    const most = config.MAX_IN_FLIGHT;
    this.limit = new AdaptiveLimit({ least: Math.min(LEAST_IN_FLIGHT, most), most, allowanceMs: ALLOWANCE_MS });
    this.gate = new Gate(this.limit, config.MAX_QUEUED);
  }

  /** A handler that asks the gate before. */
  guarded(handler: RequestListener): RequestListener {
    if (!this.isOn) return handler;
    return (request, response) => this.arrived(request, response, handler);
  }

  /** Tells the limit how long requests took here. */
  learnFrom(server: FastifyInstance): void {
    server.addHook('onClose', () => this.memory.stop());
    if (!this.isOn) return;
    server.addHook('onSend', ({ raw }, reply, payload, done) => {
      if (this.memory.isTight && raw.httpVersionMajor === 1) void reply.header('connection', 'close');
      done(null, payload);
    });
    server.addHook('onResponse', (request, { elapsedTime }, done) => {
      // A stream takes as long as its client likes.
      if (request.isStream) return done();
      const { context, method, routeOptions } = request;
      const waitedMs = context.tries.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
      this.limit.add(
        `${method} ${routeOptions.url ?? 'none'}`,
        Math.max(0, elapsedTime - waitedMs),
        this.gate.inFlight,
      );
      done();
    });
  }

  /** How it goes, for operators. */
  report() {
    const { inFlight, queued, passed } = this.gate;
    const { isTight, isFull } = this.memory;
    return {
      isOverloaded: this.turn.isOverloaded,
      limit: this.limit.value,
      inFlight,
      queued,
      memory: { isTight, isFull },
      byPriority: passed,
    };
  }

  private arrived(request: IncomingMessage, response: ServerResponse, handler: RequestListener): void {
    if (PROBES.has(request.url!)) return handler(request, response);
    const { gate } = this;
    gate.isClosed = this.memory.isFull || this.turn.isFull();
    gate.isFlooded = this.turn.isOverloaded;
    const enter = () => {
      let isInside = true;
      const leave = () => {
        if (isInside) gate.leave();
        isInside = false;
      };
      // A stream that has begun only waits.
      response.once('close', leave).once('streaming', leave);
      if (!isGone(response)) handler(request, response);
      else response.emit('close');
    };
    const asked = Number(request.headers['x-request-timeout-ms']);
    const withinMs = asked >= 1 ? Math.min(asked, this.timeoutMs) : this.timeoutMs;
    gate.arrive(priorityOf(request), withinMs, enter, () =>
      refuse(request, response, this.memory.isTight && request.httpVersionMajor === 1),
    );
  }
}

const SECURITY_HEADERS = headersOf();
const { status, title } = catalogue.OVERLOADED;
const [BEFORE, AFTER] = JSON.stringify({
  type: 'urn:atrium:error:OVERLOADED',
  title,
  status,
  detail: 'There is too much to do right now: try again.',
  code: 'OVERLOADED',
  requestId: '\u0000',
}).split('\\u0000') as [string, string];
const GRAPHQL_BEFORE = `{"errors":[{"message":"${title}","extensions":{"code":"OVERLOADED","requestId":"`;
const GRAPHQL_AFTER = '"}}]}';

/** Answers in the words of the door that was asked, without asking it. */
function refuse(request: IncomingMessage, response: ServerResponse, closes: boolean): void {
  const requestId = requestIdOf(request);
  const isGraphql = request.url!.startsWith('/graphql');
  const body = isGraphql ? GRAPHQL_BEFORE + requestId + GRAPHQL_AFTER : BEFORE + requestId + AFTER;
  const headers: Record<string, string | number> = {
    ...SECURITY_HEADERS,
    'content-type': isGraphql ? 'application/json; charset=utf-8' : PROBLEM_TYPE,
    'content-length': body.length,
    'cache-control': 'no-store',
    'retry-after': 1 + Math.floor(Math.random() * MOST_RETRY_SECONDS),
    'x-request-id': requestId,
  };
  if (closes) headers['connection'] = 'close';
  response.writeHead(status, headers).end(body);
}
