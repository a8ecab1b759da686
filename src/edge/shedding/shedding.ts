import { isOfKind } from '#gateway/declare/route-kind';
import { Config } from '#gateway/config/config';
import { hasBody } from '#gateway/edge/body/has-body';
import { streamedOf } from '#gateway/declare/streamed-body';
import { isGone } from '#gateway/edge/context/is-gone';
import type { Done, DoneWithPayload } from '#gateway/edge/stage/stage';
import { GatewayError } from '#libs/errors';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { Gate } from './gate.ts';
import { LoopTurn } from './loop-turn.ts';
import { MemoryPressure } from './memory-pressure.ts';
import { priorityOf } from './priorities.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The place in the gate that it holds; undefined before it came in, and where nothing is shed. */
    place: Place | undefined;
  }
}

const LEAST_IN_FLIGHT = 10;
const ALLOWANCE_MS = 20;
/** Who is refused comes back after so many seconds, each at another time. */
const RETRY_SECONDS = [1, 2, 3, 4];

/** What a request holds while it is worked on. */
class Place {
  readonly enteredAt = performance.now();
  private isHeld = true;

  constructor(private readonly gate: Gate) {}

  /** Gives it to the next. Once is enough. */
  leave(): void {
    if (this.isHeld) this.gate.leave();
    this.isHeld = false;
  }
}

/**
 * Refuses what is too much before it costs much: before anybody is authenticated. How much that is, it finds out by itself. A
 * request holds a place from when all of it is there until its answer is handed over: what waits for a slow client is no work.
 */
@Injectable()
export class Shedding implements OnApplicationShutdown {
  readonly limit: AdaptiveLimit;
  readonly gate: Gate;
  readonly memory: MemoryPressure;
  private readonly turn = new LoopTurn();
  private readonly isOn: boolean;
  private readonly timeoutMs: number;

  constructor(config: Config, memory: MemoryPressure) {
    this.isOn = config.SHEDDING === 'on';
    this.timeoutMs = config.REQUEST_TIMEOUT_MS;
    this.memory = memory;
    const most = config.MAX_IN_FLIGHT;
    this.limit = new AdaptiveLimit({ least: Math.min(LEAST_IN_FLIGHT, most), most, allowanceMs: ALLOWANCE_MS });
    this.gate = new Gate(this.limit, config.MAX_QUEUED);
  }

  /** Refuses at once what would be refused anyway; lets in what has no body to wait for. */
  onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    if (!this.isOn || request.isOperator || isOfKind(request, 'probe')) return done();
    const { gate } = this;
    gate.isClosed = this.memory.isFull || this.turn.isFull();
    gate.isFlooded = this.turn.isOverloaded;
    if (!waitsForBody(request)) return this.enter(request, reply, done);
    if (gate.refuses(priorityOf(request))) return done(overloaded());
    done();
  }

  /** Lets in what had a body. */
  preValidation(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    if (!this.isOn || request.isOperator || !waitsForBody(request)) return done();
    this.enter(request, reply, done);
  }

  /** Gives the place to the next, and tells the limit how long the work took here. */
  onSend(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneWithPayload): void {
    if (this.isOn && this.memory.isTight && request.raw.httpVersionMajor === 1)
      void reply.header('connection', 'close');
    const { place } = request;
    if (place) {
      // A stream takes as long as its client likes, on its way in or out.
      if (!request.isStream && !streamedOf(request)) this.learn(request, place);
      place.leave();
    }
    done(null, payload);
  }

  onApplicationShutdown(): void {
    this.memory.stop();
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

  private enter(request: FastifyRequest, { raw: response }: FastifyReply, done: Done): void {
    const enter = () => {
      const place = new Place(this.gate);
      request.place = place;
      response.once('close', () => place.leave());
      // Nobody would hear its end any more.
      if (isGone(response)) place.leave();
      else done();
    };
    this.gate.arrive(priorityOf(request), this.patienceOf(request), enter, () => done(overloaded()));
  }

  private patienceOf({ headers }: FastifyRequest): number {
    const asked = Number(headers['x-request-timeout-ms']);
    return asked >= 1 ? Math.min(asked, this.timeoutMs) : this.timeoutMs;
  }

  private learn({ context, method, routeOptions }: FastifyRequest, { enteredAt }: Place): void {
    const waitedMs = context.tries.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
    const workMs = Math.max(0, performance.now() - enteredAt - waitedMs);
    this.limit.add(`${method} ${routeOptions.url ?? 'none'}`, workMs, this.gate.inFlight);
  }
}

/** Whether work can begin only once its body is there. */
const waitsForBody = (request: FastifyRequest): boolean => hasBody(request) && !streamedOf(request);

/** Made once: to refuse must cost next to nothing, and an error is dear for its stack. */
const REFUSALS = RETRY_SECONDS.map(
  (seconds) =>
    new GatewayError('OVERLOADED', {
      source: 'shedding',
      detail: 'There is too much to do right now: try again.',
      headers: { 'retry-after': `${seconds}` },
    }),
);

const overloaded = (): GatewayError => REFUSALS[Math.floor(Math.random() * REFUSALS.length)]!;
