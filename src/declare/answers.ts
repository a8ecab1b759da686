import { viewRef, type Wanted, wholeView } from '#libs/view';
import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { ApiQuery, ApiResponse } from '@nestjs/swagger';

/** What a REST route answers with. */
export interface Answer {
  view: Type;
  /** All fields the answer has unless the client trims it. */
  whole(): Wanted;
  /** Where what was created can be found. */
  location?: (answer: never) => string;
  /** Whether what is answered has a `version`, which is part of its `ETag`. */
  isVersioned: boolean;
}

/** What `@Answers` may add to the view. */
export interface AnswerOptions<T> {
  /** Paths of joined fields that belong to this answer. */
  joined?: string[];
  /** Makes it a 201 with `Location`: where what was created can be found. */
  createdAt?: (answer: T) => string;
  /**
   * Makes the `version` of what is answered, which is no field of the view, part of its `ETag`, so that writes can be for that
   * version alone: `@FromPrecondition`.
   */
  isVersioned?: boolean;
}

const ETAG = {
  description: 'What `If-Match` of a change may ask for.',
  schema: { type: 'string' as const, maxLength: 200 },
};
const ANSWER = 'atrium/answer';
const views = new Set<Type>();

/** Every view that some REST route answers with. */
export const answeredViews = (): ReadonlySet<Type> => views;

/** Declares the view a REST route answers with: trims the answer to it, and documents it. */
export function Answers<T>(
  view: Type<T>,
  { joined, createdAt, isVersioned = false }: AnswerOptions<T> = {},
): MethodDecorator {
  const status = createdAt ? 201 : 200;
  views.add(view);
  let whole: Wanted | undefined;
  const answer: Answer = {
    view,
    whole: () => (whole ??= wholeView(view, joined)),
    location: createdAt,
    isVersioned,
  };
  return applyDecorators(
    SetMetadata(ANSWER, answer),
    HttpCode(status),
    ApiQuery({
      name: 'fields',
      required: false,
      description: 'Paths of the fields to answer with, comma-separated, for example `id,total.amountMinor`.',
      schema: { type: 'string' },
    }),
    ApiResponse({
      status,
      description: createdAt ? 'Created.' : 'OK.',
      content: { 'application/json': { schema: viewRef(view) } },
      ...(isVersioned && { headers: { ETag: ETAG } }),
    }),
  );
}

/** What a handler answers with; undefined for one without `@Answers`. */
export function answerOf(handler: object): Answer | undefined {
  return Reflect.getMetadata(ANSWER, handler) as Answer | undefined;
}
