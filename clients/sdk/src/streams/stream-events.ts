import type { Client } from '../client.ts';
import type { Arguments, Route } from '../operation.ts';

/** An event by its name, with its data. */
export interface StreamEvent<Name extends string, Data> {
  /** To resume after this event; absent if it cannot be repeated. */
  readonly id?: string;
  readonly event: Name;
  readonly data: Data;
}

/**
 * The last event of a stream that does not go on: it is `complete`, or the session has ended. Ends after which a client
 * reconnects (an expired token, an operator, a gateway that stops) are not reported.
 */
export type EndEvent = StreamEvent<
  'end',
  {
    readonly reason:
      | 'complete'
      | 'logout'
      | 'logout-all'
      | 'password'
      | 'account'
      | 'reuse'
      | 'provider'
      | 'limit'
      | (string & {});
  }
>;

/** The events that every stream may have beside its own. */
export type CommonEvent = EndEvent | StreamEvent<'broadcast', { readonly message: string }>;

/** What following a stream may be given. */
export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** The id of the last event that you have: the stream resumes after it. */
  readonly lastEventId?: string;
  /**
   * `poll` asks for the next events again and again. It is the default where `fetch` cannot read a body that has not
   * ended, as in React Native.
   */
  readonly transport?: 'stream' | 'poll';
  /** How long a stream may be silent before it is opened anew, in milliseconds; 45,000 by default, three heartbeats. */
  readonly idleTimeoutMs?: number;
  /** Called when a stream is lost, before each try to open it again. */
  readonly onReconnect?: (tries: number) => void;
}

/**
 * An event stream, as an asynchronous iterator. It reconnects, resumes after the last event, and ends with the event
 * `end`, or when the loop is left.
 */
export interface StreamOperation<Input, Event> {
  (client: Client, ...rest: Arguments<Input, StreamOptions>): AsyncGenerator<Event, void>;
  readonly route: Route;
}
