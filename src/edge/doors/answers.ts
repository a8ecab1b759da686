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
}

/** What `@Answers` may add to the view. */
export interface AnswerOptions<T> {
  /** Paths of joined fields that belong to this answer. */
  joined?: string[];
  /** Makes it a 201 with `Location`: where what was created can be found. */
  createdAt?: (answer: T) => string;
}

const ANSWER = 'atrium:answer';
const views = new Set<Type>();

/** Every view that some REST route answers with. */
export const answeredViews = (): ReadonlySet<Type> => views;

/** Declares the view a REST route answers with: trims the answer to it, and documents it. */
export function Answers<T>(view: Type<T>, { joined, createdAt }: AnswerOptions<T> = {}): MethodDecorator {
  const status = createdAt ? 201 : 200;
  views.add(view);
  let whole: Wanted | undefined;
  const answer: Answer = { view, whole: () => (whole ??= wholeView(view, joined)), location: createdAt };
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
    }),
  );
}

/** What a handler answers with; undefined for one without `@Answers`. */
export function answerOf(handler: object): Answer | undefined {
  return Reflect.getMetadata(ANSWER, handler) as Answer | undefined;
}
