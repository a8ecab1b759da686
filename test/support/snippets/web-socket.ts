import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/**
 * A refused connection, for example while a gateway starts, ends all subscriptions by default. What the client itself throws, such
 * as for a message without `query`, would be thrown again at once, for ever.
 */
export const mayRetry = (problem: unknown): boolean => !(problem instanceof Error) || 'code' in problem;

/** Follows notifications about the caller's orders, over one socket for all subscriptions. */
export function notifications(url: string, token: () => string, onEvent: (event: object) => void): Client {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    // A browser has one of its own.
    webSocketImpl: WebSocket,
    // Called for each connection: a socket ends when the token expires with which it was opened.
    connectionParams: () => ({ authorization: `Bearer ${token()}` }),
    retryAttempts: Infinity,
    shouldRetry: mayRetry,
  });
  const query = 'subscription { notifications { type orderId status } }';
  client.subscribe<{ notifications: object }>(
    { query },
    { next: ({ data }) => onEvent(data!.notifications), error: console.error, complete: () => {} },
  );
  return client;
}
