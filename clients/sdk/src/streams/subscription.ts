import type { Client } from '../client.ts';
import { ERROR_CODES, type ErrorCode } from '../generated/codes.ts';
import type { Degraded } from '../generated/schemas.ts';
import type { Arguments, Route } from '../operation.ts';
import { graphqlResult, type GraphqlAnswer } from '../read-answer.ts';
import { ClientError, failure, type Failure } from '../result.ts';
import { isUnknown, type PersistedDocument, takesHashes } from '../trusted.ts';
import { canStream, follow } from './follow.ts';
import type { CommonEvent, StreamEvent, StreamOptions } from './stream-events.ts';

/** An event of a subscription. */
export type SubscriptionEvent<Data> =
  /** Its data, and the parts of it that are missing or stale. */
  | (StreamEvent<'next', Data> & { readonly degraded: readonly Degraded[] })
  /** An event whose data could not be had; the subscription goes on, unless it is the first one. */
  | StreamEvent<'failed', Failure<ErrorCode>>
  /** The connection was lost, and there is a new one: past events may have been missed, or come again. Load the data. */
  | StreamEvent<'gap', Record<string, never>>
  | CommonEvent;

/** A trusted subscription, as an asynchronous iterator. It reconnects, and ends with the event `end`, or with its loop. */
export interface SubscriptionOperation<Variables, Data> {
  (
    client: Client,
    ...rest: Arguments<Variables, Omit<StreamOptions, 'lastEventId' | 'transport'>>
  ): AsyncGenerator<SubscriptionEvent<Data>, void>;
  readonly route: Route;
  readonly document: PersistedDocument;
}

/** GraphQL over SSE, distinct connections mode. */
const SUBSCRIPTION: Route = {
  method: 'POST',
  path: '/graphql',
  body: 'application/json',
  answer: 'events',
  codes: ERROR_CODES,
};

/** Makes the function of a trusted subscription. */
export function subscription<Made>(document: PersistedDocument): Made {
  const call = (client: Client, variables: object = {}, options: StreamOptions = {}) =>
    subscribe(client, document, variables, options);
  return Object.assign(call, { route: SUBSCRIPTION, document }) as Made;
}

/** @throws {ClientError} if it is refused for good */
async function* subscribe(
  client: Client,
  document: PersistedDocument,
  variables: object,
  options: StreamOptions,
): AsyncGenerator<SubscriptionEvent<unknown>, void> {
  if (!canStream())
    throw new ClientError(failure('NOT_SUPPORTED', 'This platform cannot read an answer before its end.'));
  const by = (documentId: string) => events(client, { documentId, variables }, options);
  if (await takesHashes(client)) {
    try {
      return yield* by(`sha256:${document.sha256}`);
    } catch (error) {
      if (!(error instanceof ClientError) || !isUnknown(error.failure)) throw error;
      if (await takesHashes(client, true)) throw new ClientError({ ...error.failure, code: 'NOT_SUPPORTED' });
    }
  }
  yield* by(document.id);
}

async function* events(
  client: Client,
  input: object,
  options: StreamOptions,
): AsyncGenerator<SubscriptionEvent<unknown>, void> {
  for await (const { event, data } of follow(client, SUBSCRIPTION, input, { ...options, isResumed: false })) {
    if (event === 'next') {
      const result = graphqlResult(SUBSCRIPTION, { status: 200, headers: NO_HEADERS }, data as GraphqlAnswer);
      yield result.ok
        ? { event, data: result.data, degraded: result.degraded }
        : { event: 'failed', data: result.error as Failure<ErrorCode> };
    } else if (event === 'complete') {
      yield { event: 'end', data: { reason: 'complete' } };
    } else {
      yield { event, data } as SubscriptionEvent<unknown>;
    }
  }
}

const NO_HEADERS = new Headers();
