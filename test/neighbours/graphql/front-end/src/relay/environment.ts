import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import {
  Environment,
  type FetchFunction,
  type GraphQLResponse,
  Network,
  Observable,
  RecordSource,
  Store,
  type SubscribeFunction,
} from 'relay-runtime';
import { type At, bearer } from '../front-end.ts';

/** What Relay's guide calls the network: one fetch, cancelled where nobody waits any more. */
export const fetching =
  ({ url, token }: At, bodyOf = (text: string | null): object => ({ query: text })): FetchFunction =>
  ({ text, id }, variables) =>
    Observable.create((subscriber) => {
      const left = new AbortController();
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json, application/json',
          'content-type': 'application/json',
          ...bearer(token),
        },
        body: JSON.stringify({ ...bodyOf(text ?? id), variables }),
        signal: left.signal,
      })
        .then((response) => response.json())
        .then((answer: GraphQLResponse) => {
          subscriber.next(answer);
          subscriber.complete();
        })
        .catch((error: Error) => left.signal.aborted || subscriber.error(error));
      return () => left.abort();
    });

const subscribing = ({ url, token }: At, over: 'ws' | 'sse'): SubscribeFunction => {
  const client =
    over === 'ws'
      ? createWebSocketClient({ url: `${url.replace('http', 'ws')}/graphql`, connectionParams: bearer(token) })
      : createSseClient({ url: `${url}/graphql`, headers: bearer(token) });
  return ({ text, name }, variables) =>
    Observable.create((subscriber) =>
      client.subscribe(
        { query: text!, operationName: name, variables },
        {
          next: (result) => subscriber.next(result as GraphQLResponse),
          error: (error) => subscriber.error(error as Error),
          complete: () => subscriber.complete(),
        },
      ),
    );
};

/** An environment as the guide has it. */
export const environmentOf = (at: At, { fetched = fetching(at), over = 'ws' as 'ws' | 'sse' } = {}) =>
  new Environment({
    network: Network.create(fetched, subscribing(at, over)),
    store: new Store(new RecordSource()),
    // Ids are those of the services: an order and a product may have the same.
    getDataID: ({ id }, typename) => (id === undefined ? undefined : `${typename}:${id}`),
  });
