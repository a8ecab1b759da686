import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A client of graphql-transport-ws with one subscription, which also counts the pings of the gateway. */
export interface GraphqlSocket {
  subscribe(query: string): void;
  /** The data of the next event. @throws {Error} where the socket has closed */
  next(): Promise<unknown>;
  /** Resolves after so many pings. @throws {Error} where the socket has closed */
  beaten(times: number): Promise<void>;
  close(): void;
}

/** Opens one, and waits until the gateway has acknowledged it. */
export async function openGraphqlSocket(url: string, headers: Record<string, string>): Promise<GraphqlSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const events: unknown[] = [];
  let beats = 0;
  let closed: number | undefined;
  let wake = () => {};
  const woken = () => new Promise<void>((resolve) => (wake = resolve));
  socket.on('ping', () => {
    beats += 1;
    wake();
  });
  socket.on('close', (code) => {
    closed = code;
    wake();
  });
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; payload?: { data: unknown } };
    if (message.type === 'next') events.push(message.payload?.data);
    wake();
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      if (closed !== undefined) throw new Error(`The socket has closed with ${closed}`);
      await woken();
    }
  };
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return {
    subscribe: (query) => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } })),
    async next() {
      await until(() => events.length > 0);
      return events.shift();
    },
    beaten: (times) => until(() => beats >= times),
    close: () => socket.terminate(),
  };
}
