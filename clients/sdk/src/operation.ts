import type { Client } from './client.ts';
import type { FieldPath, Selected } from './fields.ts';
import type { Result } from './result.ts';
import { send } from './send.ts';

/** How an operation travels; written by the generator. */
export interface Route {
  readonly method: string;
  /** The path with its parameters in braces. */
  readonly path: string;
  /** The members of the input that belong to the query string. */
  readonly query?: readonly string[];
  /** The media type of the body: what remains of the input, as JSON. */
  readonly body?: string;
  /** What a success has: JSON, nothing, or bytes that are handed over unread. */
  readonly answer: 'json' | 'nothing' | 'bytes' | 'events' | 'graphql';
  /** The codes that the operation declares. */
  readonly codes: readonly string[];
  /** Whether it takes an `Idempotency-Key`: the client then makes one, and may repeat the call. */
  readonly keyed?: boolean;
  /** Whether a repeated call has the effect of one, whatever its method says. */
  readonly repeatable?: boolean;
  /** Whether it opens or ends a session: it is sent without a token, and a 401 is its answer. */
  readonly anonymous?: boolean;
  /** An event stream that is the answer to a question: it is not resumed. */
  readonly once?: boolean;
}

/** What a call may be given beside its input. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The deadline of the whole call, retries included, in milliseconds; sent as `X-Request-Timeout-Ms`. */
  readonly timeoutMs?: number;
  /** As `timeoutMs`, but kept from the gateway: a poll waits longer than a request may take. */
  readonly clientTimeoutMs?: number;
  /** How often a failed try is repeated, if the operation and its failure allow it. */
  readonly retries?: number;
  /** A key of your own, for a call that a restarted app may repeat. By default each call has a new one. */
  readonly idempotencyKey?: string;
  /** The entity tag that you have: if it is still current the call fails with `NOT_MODIFIED`. */
  readonly ifNoneMatch?: string;
  /** The entity tag that a change applies to: the call fails with `PRECONDITION_FAILED` if it is another one. */
  readonly ifMatch?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body of bytes, for uploads. */
  readonly body?: RequestInit['body'];
}

/** The input of an operation, and its options; the input may be left out where nothing in it is required. */
export type Arguments<Input, Options> =
  Partial<Input> extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options];

/** An operation of the REST API. */
export interface Operation<Input, Data, Code extends string> {
  (client: Client, ...rest: Arguments<Input, CallOptions>): Promise<Result<Data, Code>>;
  readonly route: Route;
}

/** An operation whose answer can be trimmed by `fields`; the type of its data follows. */
export interface SelectableOperation<Input, Data, Code extends string> {
  <const Fields extends readonly FieldPath<Data>[]>(
    client: Client,
    input: Input,
    options: CallOptions & { readonly fields: Fields },
  ): Promise<Result<Selected<Data, Fields[number]>, Code>>;
  // The last one: it is what TypeScript infers from.
  (client: Client, ...rest: Arguments<Input, CallOptions>): Promise<Result<Data, Code>>;
  readonly route: Route;
}

type Call = CallOptions & { fields?: readonly string[] };

/** Makes the function of an operation. */
export function rest<Made>(route: Route): Made {
  const call = (client: Client, input: object = {}, options: Call = {}) =>
    send(client, route, options.fields ? { ...input, fields: options.fields.join(',') } : input, options);
  return Object.assign(call, { route }) as Made;
}
