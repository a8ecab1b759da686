import { MediaTypes } from '#gateway/declare/media-types';
import { ENVELOPE } from '#gateway/edge/negotiation/accept';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { noteFailure } from '#gateway/edge/errors/failures';
import { problemOf } from '#gateway/edge/errors/problem';
import { EVENT_STREAM, JSON_TYPE, NDJSON_TYPES, offer } from '#libs/negotiation';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EventStream, type Framing, ndjsonEvents, SERVER_SENT_EVENTS } from './event-stream.ts';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { openEventStream } from './open-event-stream.ts';

type Body = Record<string, unknown>;

/** Declares the media types of an answer that may come part by part. */
export const MayBeInParts = (): MethodDecorator =>
  MediaTypes(JSON_TYPE, PROBLEM, EVENT_STREAM, ...NDJSON_TYPES, ENVELOPE);

const PROBLEM = 'application/problem+json';
const preferred = offer([JSON_TYPE, EVENT_STREAM, ...NDJSON_TYPES]);
const FRAMINGS: Readonly<Record<string, Framing>> = {
  [EVENT_STREAM]: SERVER_SENT_EVENTS,
  ...Object.fromEntries(NDJSON_TYPES.map((type) => [type, ndjsonEvents(type)])),
};

/**
 * Streams the parts of an answer as they arrive to clients that prefer `text/event-stream`: events `part`, then `complete` with
 * the rest. To clients that prefer `application/x-ndjson`, by any of its names, the same as lines, `{"part":{…}}` and `{"complete":{…}}`. Merged into one object they equal the JSON answer. The stream opens with the first part that is not null; a failure
 * before that is a response with its own status.
 */
@Injectable()
export class PartByPart {
  constructor(private readonly streams: OpenStreams) {}

  /**
   * Answers a request with the result of a use case. Not an interceptor, which makes an observable for every request.
   * @returns the result, for clients of JSON; undefined where it was streamed
   */
  answer<Found extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    load: () => Promise<Found>,
  ): Promise<Found | undefined> {
    const framing = FRAMINGS[preferred(request.headers.accept) ?? JSON_TYPE];
    return framing ? this.sendParts(request, reply, load, framing) : load();
  }

  private async sendParts(
    request: FastifyRequest,
    reply: FastifyReply,
    load: () => Promise<object>,
    framing: Framing,
  ): Promise<undefined> {
    const write = (body: Body) => reply.serialize(body) as string;
    const progress = new Progress(write, () => openEventStream(this.streams, request, reply, framing, false));
    request.context.onPart = (name, part) => progress.add(name, part);
    try {
      progress.complete((await load()) as Body);
    } catch (error) {
      if (!progress.isOpen) throw error;
      const failure = asGatewayError(error);
      noteFailure(request.context.log, failure);
      progress.fail(problemOf(failure, request));
    } finally {
      // Although it is a stream, it keeps the request's deadline until here.
      request.context.settle();
    }
  }
}

class Progress {
  private events: EventStream | undefined;
  /** Null parts that arrived before the stream was opened. */
  private readonly missing: Body[] = [];
  private readonly sentParts = new Set<string>();

  constructor(
    private readonly write: (body: Body) => string,
    private readonly open: () => EventStream,
  ) {}

  get isOpen(): boolean {
    return this.events !== undefined;
  }

  add(name: string, part: unknown): void {
    this.sentParts.add(name);
    const body = { [name]: part };
    if (part === null && !this.events) return void this.missing.push(body);
    this.begin();
    this.sendPart('part', body);
  }

  complete(body: Body): void {
    this.begin();
    this.sendPart(
      'complete',
      Object.fromEntries(Object.entries(body).filter(([name]) => !this.sentParts.has(name))),
    );
    this.events!.end();
  }

  fail(problem: object): void {
    this.events!.end('error', problem);
  }

  private begin(): void {
    this.events ??= this.open();
    for (const body of this.missing.splice(0)) this.sendPart('part', body);
  }

  private sendPart(event: string, body: Body): void {
    this.events!.send({ event, data: this.write(body) });
  }
}
