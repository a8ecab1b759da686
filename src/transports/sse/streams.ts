import type { EventTypes } from '#gateway/declare/events';
import { MediaTypes } from '#gateway/declare/media-types';
import { EVENT_STREAM } from '#libs/negotiation';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiResponse } from '@nestjs/swagger';

/** The stream of a route, for the documents of the API. */
export interface DeclaredStream {
  events: EventTypes;
  /** Whether it has no more events after its answer: it is not resumed, and not polled. */
  isAnswer: boolean;
}

const STREAM = 'atrium/stream';

/** Documents a route that answers with a stream of events, or with a poll of them. */
export const Streams = (description: string, events: EventTypes): MethodDecorator =>
  applyDecorators(
    SetMetadata(STREAM, { events, isAnswer: false } satisfies DeclaredStream),
    ApiProduces(EVENT_STREAM),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: 'The id of the last event that the client received; the stream resumes after it.',
      schema: { type: 'string' },
    }),
    ApiResponse({ status: 200, description, content: { [EVENT_STREAM]: {} } }),
    ApiResponse({ status: 204, description: 'No more events follow, or none came in time.' }),
  );

/** Documents a route whose answer comes event by event, which clients must accept. */
export const AnswersEvents = (description: string, events: EventTypes): MethodDecorator =>
  applyDecorators(
    SetMetadata(STREAM, { events, isAnswer: true } satisfies DeclaredStream),
    MediaTypes(EVENT_STREAM),
    ApiProduces(EVENT_STREAM),
    ApiResponse({ status: 200, description, content: { [EVENT_STREAM]: {} } }),
  );

/** The stream that a handler declares; undefined for any other. */
export const streamOf = (handler: object): DeclaredStream | undefined =>
  Reflect.getMetadata(STREAM, handler) as DeclaredStream | undefined;
