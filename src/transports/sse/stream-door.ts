import type { DomainEvent, EventSubscription } from '#libs/events';
import type { Asked } from '#libs/view';
import { applyDecorators, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sent } from './event-stream.ts';
import { frame, type Frame, framed } from './frame.ts';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { openEventStream } from './open-event-stream.ts';
import { poll } from './poll.ts';
import type { StreamQuestion } from './stream-question.ts';

/** To whom a feed tells. */
export interface Sink {
  send(sent: Sent): void;
  /** More of what has happened already is on its way: a poll waits for it, until `caughtUp`. */
  behind?(): void;
  /** All of what had happened before it began has been sent. */
  caughtUp?(): void;
  /** There will be no more. */
  end(event?: string, data?: object): void;
}

/** What a stream tells: begins when it is called, and stops by what it returns. */
export type Feed = (to: Sink) => () => void;

/** Opens streams for controllers, and answers polls from the same feeds. */
@Injectable()
export class StreamDoor {
  constructor(private readonly streams: OpenStreams) {}

  /**
   * Answers with the events of a subscription, or with 204 where no more will come: then a client does not reconnect (WHATWG).
   * @param frameOf how an event is sent, where its type and its data are not sent as they are
   * @throws {GatewayError} RATE_LIMITED, OVERLOADED
   */
  async open<Event extends DomainEvent>(
    request: FastifyRequest,
    reply: FastifyReply,
    { wait }: Pick<Asked<typeof StreamQuestion>, 'wait'>,
    subscription: EventSubscription<Event> | undefined,
    frameOf: Frame<Event> = frame,
  ): Promise<void> {
    if (!subscription) return void reply.code(204).send();
    const feed = framed(subscription, frameOf);
    if (wait !== undefined) return poll(request, reply, wait * 1_000, feed, this.streams);
    const events = openEventStream(this.streams, request, reply);
    // It is no request under way any more: it waits.
    request.context.settle();
    if (!events.isOver) events.onOver(feed(events));
  }
}

/** Where a client left off: `Last-Event-ID`, or a parameter for those that cannot set a header. */
export const LastSeen = createParamDecorator((_: unknown, execution: ExecutionContext): string | undefined => {
  const { headers, query } = execution.switchToHttp().getRequest<FastifyRequest>();
  const { lastEventId, after } = query as Record<string, unknown>;
  const given = headers['last-event-id'] ?? lastEventId ?? after;
  return typeof given === 'string' && given ? given : undefined;
});

/** Documents a route that answers with a stream. */
export const Streams = (description: string): MethodDecorator =>
  applyDecorators(
    ApiProduces('text/event-stream', 'application/json'),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: 'The id of the last event that was seen: goes on after it.',
      schema: { type: 'string' },
    }),
    ApiResponse({
      status: 200,
      description,
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    }),
    ApiResponse({ status: 204, description: 'There is nothing more to come, or nothing came in time.' }),
  );
