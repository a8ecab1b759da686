import type { Reachable } from '#test/support/client';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** The results of an operation over a WebSocket, or its errors. */
export async function overSocket(
  { gateway }: Reachable,
  token: string,
  payload: { documentId: string; variables?: object },
  params: object = {},
): Promise<unknown> {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}`, ...params },
  });
  try {
    const { value } = await client.iterate({ query: '', ...payload } as never).next();
    return value;
  } catch (errors) {
    return { errors };
  } finally {
    await client.dispose();
  }
}
