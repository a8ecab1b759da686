import { inUtf8 } from '#gateway/edge/headers/in-utf8';
import { GatewayError } from '#libs/errors';
import { EVENT_STREAM, offer } from '#libs/negotiation';
import type { DomainEvent, EventSubscription } from '#libs/events';
import type { InputOf } from '#libs/view';
import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerSentEvent } from './event-stream.ts';
import { frame, type Frame, framed } from './frame.ts';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { openEventStream } from './open-event-stream.ts';
import { poll } from './poll.ts';
import type { StreamQuestion } from './stream-question.ts';

/** A subscriber of a feed. */
export interface Subscriber {
  send(event: ServerSentEvent): void;
  /** The id that the events to come are after. */
  at?(id: string): void;
  /** Missed events are being replayed: a poll waits until `caughtUp`. */
  behind?(): void;
  /** All events from before the subscription have been sent. */
  caughtUp?(): void;
  /** No more events follow. */
  end(event?: string, data?: object): void;
}

/** A source of events: subscribes `to`, and returns the function that unsubscribes. */
export type Subscription = (to: Subscriber) => () => void;

const asEvents = offer([EVENT_STREAM]);

const notAcceptable = (): GatewayError =>
  new GatewayError('NOT_ACCEPTABLE', { detail: `Available: ${EVENT_STREAM}; with the parameter wait, JSON.` });

/** Opens streams for controllers, and answers polls from the same feeds. */
@Injectable()
export class StreamResponder {
  constructor(private readonly streams: OpenStreams) {}

  /**
   * Answers with the events of a subscription, or with 204 where no more will come: then a client does not reconnect (WHATWG).
   * @param frameOf how an event is sent, where its type and its data are not sent as they are
   * @throws {GatewayError} NOT_ACCEPTABLE without `wait` where a client does not accept event streams, RATE_LIMITED, OVERLOADED
   */
  async open<Event extends DomainEvent>(
    request: FastifyRequest,
    reply: FastifyReply,
    { wait }: Pick<InputOf<typeof StreamQuestion>, 'wait'>,
    subscription: EventSubscription<Event> | undefined,
    frameOf: Frame<Event> = frame,
  ): Promise<void> {
    if (!subscription) return void reply.code(204).send();
    const framedEvents = framed(subscription, frameOf);
    if (wait !== undefined) return poll(request, reply, wait * 1_000, framedEvents, this.streams);
    if (!asEvents(request.headers.accept)) throw notAcceptable();
    const events = openEventStream(this.streams, request, reply);
    // An open stream does not count as a request in flight.
    request.context.settle();
    if (!events.isOver) events.onOver(framedEvents(events));
  }
}

/** Injects the id of the last event that a client received: `Last-Event-ID`, or a query parameter for clients that cannot set headers. */
export const LastSeen = createParamDecorator((_: unknown, execution: ExecutionContext): string | undefined => {
  const { headers, query } = execution.switchToHttp().getRequest<FastifyRequest>();
  const { lastEventId, after } = query as Record<string, unknown>;
  const header = headers['last-event-id'];
  const given = typeof header === 'string' ? inUtf8(header) : (lastEventId ?? after);
  return typeof given === 'string' && given ? given : undefined;
});
