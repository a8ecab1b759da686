import { isOfKind } from '#gateway/declare/route-kind';
import { Config } from '#gateway/config/config';
import { hasBody } from '#gateway/edge/body/has-body';
import { streamedOf } from '#gateway/declare/streamed-body';
import { isGone } from '#gateway/edge/context/is-gone';
import { spreadRefusal } from '#gateway/edge/errors/spread-refusal';
import type { Done, DoneWithPayload } from '#gateway/edge/stage/stage';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { Gate } from './gate.ts';
import { LoopTurn } from './loop-turn.ts';
import { MemoryPressure } from './memory-pressure.ts';
import { priorityOf } from './priorities.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The place in the gate that it holds; undefined before it is admitted. */
    place: Slot | undefined;
  }
}

const LEAST_IN_FLIGHT = 10;
const ALLOWANCE_MS = 20;

/** One of the limited places, held while a request is processed. */
class Slot {
  readonly enteredAt = performance.now();
  private isHeld = true;

  constructor(
    private readonly gate: Gate,
    /** The time that the request waited for upstreams before, in milliseconds. */
    readonly waitedMs: number,
  ) {}

  /** Releases the place; only the first call counts. */
  leave(): void {
    if (this.isHeld) this.gate.leave();
    this.isHeld = false;
  }
}

/**
 * Sheds load before authentication, while a refusal is cheap, by a limit that adapts itself. A request holds a
 * place from the end of its body until its response is ready: neither receiving from a slow client nor sending to it is work.
 * With SHEDDING=off it counts requests, and refuses none.
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
    this.limit = new AdaptiveLimit({ ...rangeOf(config), allowanceMs: ALLOWANCE_MS });
    this.gate = new Gate(this.isOn ? this.limit : { value: Infinity }, config.MAX_QUEUED);
  }

  /** Uses changed limits from now on; requests in flight keep their places. */
  apply(config: Config): void {
    this.limit.setRange(rangeOf(config));
    this.gate.maxQueued = config.MAX_QUEUED;
  }

  /** Refuses a request that would be refused later; admits one without a body. */
  onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    if (request.isOperator || isOfKind(request, 'probe')) return done();
    const { gate } = this;
    if (this.isOn) {
      gate.isClosed = this.memory.isFull || this.turn.isFull();
      gate.isFlooded = this.turn.isOverloaded;
    }
    if (!hasBody(request)) return this.enter(request, reply, done);
    if (gate.refuses(priorityOf(request))) return done(overloaded());
    done();
  }

  /** Admits a request whose body has been read. One that is read by its handler as it arrives takes the time of its client. */
  preValidation(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    if (request.isOperator || !hasBody(request) || streamedOf(request)) return done();
    // Whether its turn had time for it was decided when its header came: what is known now is of the turn of another.
    this.gate.isClosed = this.isOn && this.memory.isFull;
    this.enter(request, reply, done);
  }

  /** Releases the place, and reports the time of the request to the adaptive limit. */
  onSend(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneWithPayload): void {
    if (this.isOn && this.memory.isTight && request.raw.httpVersionMajor === 1)
      void reply.header('connection', 'close');
    const { place } = request;
    if (place) {
      // The duration of a stream depends on its client.
      if (this.isOn && !request.isStream) this.learn(request, reply, place);
      place.leave();
    }
    done(null, payload);
  }

  onApplicationShutdown(): void {
    this.memory.stop();
  }

  /** The state of load shedding, for operators. */
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
      const place = new Slot(this.gate, request.context.waitedMs);
      request.place = place;
      response.once('close', () => place.leave());
      // The client has left, so `close` will not be emitted again.
      if (isGone(response)) place.leave();
      else done();
    };
    this.gate.arrive(priorityOf(request), this.timeoutOf(request), enter, () => done(overloaded()));
  }

  private timeoutOf({ headers }: FastifyRequest): number {
    const requestedMs = Number(headers['x-request-timeout-ms']);
    return requestedMs >= 1 ? Math.min(requestedMs, this.timeoutMs) : this.timeoutMs;
  }

  private learn(request: FastifyRequest, { statusCode }: FastifyReply, place: Slot): void {
    const { context, method, routeOptions } = request;
    const waitedMs = context.waitedMs - place.waitedMs;
    const workMs = Math.max(0, performance.now() - place.enteredAt - waitedMs);
    this.limit.add(`${method} ${routeOptions.url ?? 'none'}`, workMs, this.gate.inFlight, statusCode >= 400);
  }
}

const rangeOf = ({ MAX_IN_FLIGHT: max }: Config) => ({ min: Math.min(LEAST_IN_FLIGHT, max), max });

const overloaded = spreadRefusal('shedding', 'The gateway is overloaded: try again later.');
