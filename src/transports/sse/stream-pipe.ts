import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { problemOf } from '#gateway/edge/errors/problem';
import { Limiter } from '#gateway/edge/limits/limiter';
import { reservation } from '#gateway/edge/limits/reservation';
import { inRequest } from '#libs/observe';
import type { AnswerStream } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { EventStream, ServerSentEvent } from './event-stream.ts';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { openEventStream } from './open-event-stream.ts';

/** An answer that comes event by event, and what it has cost. */
export interface PipedAnswer<Event> extends AnswerStream<Event> {
  /** The cost so far, in units of the limiter; at the end it replaces the reservation. */
  readonly cost: number;
}

/** Pipes a streamed upstream answer to the client, with backpressure to the upstream. */
@Injectable()
export class StreamPipe {
  constructor(
    private readonly streams: OpenStreams,
    private readonly limiter: Limiter,
    private readonly logger: PinoLogger,
  ) {}

  /**
   * Answers with its events, as `framesOf` frames them. It is closed when the client leaves; what goes wrong midway is an event `error` with the problem.
   * @throws {GatewayError} RATE_LIMITED, OVERLOADED
   */
  async answer<Event>(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: PipedAnswer<Event>,
    framesOf: (events: AsyncIterable<Event>) => AsyncIterable<ServerSentEvent>,
  ): Promise<void> {
    try {
      const events = openEventStream(this.streams, request, reply);
      request.context.settle();
      events.onOver(() => answer.close());
      await inRequest(request.context.log, () => this.pass(request, framesOf(answer), events));
    } finally {
      answer.close();
      this.limiter.settle(reservation.of(request.context), answer.cost);
    }
  }

  private async pass(
    request: FastifyRequest,
    frames: AsyncIterable<ServerSentEvent>,
    events: EventStream,
  ): Promise<void> {
    try {
      for await (const event of frames) {
        events.send(event);
        await events.drained();
      }
      events.end();
    } catch (thrown) {
      const error = asGatewayError(thrown);
      this.logger.warn({ err: thrown }, 'the answer broke off');
      events.end('error', problemOf(error, request));
    }
  }
}
