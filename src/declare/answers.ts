import { viewRef, type Selection, wholeView } from '#libs/view';
import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { ApiQuery, ApiResponse } from '@nestjs/swagger';

/** What a REST route responds with. */
export interface Answer {
  view: Type;
  /** The selection of all fields, which applies unless the client sends `?fields=`. */
  whole(): Selection;
  /** The URL of the created resource or of the accepted work, for `Location`. */
  location?: (answer: never) => string;
  /** Whether the resource has a `version`, which becomes part of its `ETag`. */
  isVersioned: boolean;
  /** Whether the handler forbids caches to keep it: there is no `ETag` and no 304. */
  isUncached: boolean;
}

/** Options of `@Answers` beside the view. */
export interface AnswerOptions<T> {
  /** Paths of the joined fields that this response includes. */
  joined?: string[];
  /** Makes the status 201 with `Location`: returns the URL of the created resource. */
  createdAt?: (answer: T) => string;
  /** Makes the status 202 with `Location`: returns the URL of what tells the state of the work (RFC 9110, 15.3.3). */
  acceptedAt?: (answer: T) => string;
  /**
   * Makes the resource's `version`, which is not a field of the view, part of its `ETag`, so that writes can require that
   * version: `@FromPrecondition`.
   */
  isVersioned?: boolean;
  /** Says that the handler sends `no-store`: the state changes with other requests. */
  isUncached?: boolean;
}

const DESCRIPTIONS = { 200: 'OK.', 201: 'Created.', 202: 'Accepted.' };
const ANSWER = 'atrium/answer';
const views = new Set<Type>();

/** Every view that some REST route responds with. */
export const answeredViews = (): ReadonlySet<Type> => views;

/** Notes a view that a REST route responds with by other means than `@Answers`, for the OpenAPI document. */
export const noteAnsweredView = (view: Type): void => void views.add(view);

/** Declares the view of a REST route: selects its fields in the response, and documents it in OpenAPI. */
export function Answers<T>(
  view: Type<T>,
  { joined, createdAt, acceptedAt, isVersioned = false, isUncached = false }: AnswerOptions<T> = {},
): MethodDecorator {
  const status = createdAt ? 201 : acceptedAt ? 202 : 200;
  views.add(view);
  let whole: Selection | undefined;
  const answer: Answer = {
    view,
    whole: () => (whole ??= wholeView(view, joined)),
    location: createdAt ?? acceptedAt,
    isVersioned,
    isUncached,
  };
  return applyDecorators(
    SetMetadata(ANSWER, answer),
    HttpCode(status),
    ApiQuery({
      name: 'fields',
      required: false,
      description:
        'Paths of the fields to return, comma-separated, for example `id,total.amountMinor`: the answer has these alone, even if its schema requires others.',
      schema: { type: 'string' },
    }),
    ApiResponse({
      status,
      description: DESCRIPTIONS[status],
      content: { 'application/json': { schema: viewRef(view) } },
    }),
  );
}

/** The declared response of a handler; undefined without `@Answers`. */
export function answerOf(handler: object): Answer | undefined {
  return Reflect.getMetadata(ANSWER, handler) as Answer | undefined;
}
