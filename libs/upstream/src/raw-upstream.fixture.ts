import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { GatewayError } from '#libs/errors';
import { Context, RestClient } from '#libs/upstream';
import { clientOptions } from './policies/upstream.fixture.ts';

export const aContext = (timeoutMs = 30_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });
export const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

const cleanups: (() => unknown)[] = [];
/** To be called after each test. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}

/** A server of bare TCP that says to each request what it is given. */
export async function aClientOf(send: (socket: Socket) => void): Promise<RestClient> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => send(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new RestClient(
    [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    clientOptions('users'),
  );
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  cleanups.push(() => client.close());
  return client;
}

/** The answer or the error of a request to such a server. */
export const outcomeOf = async (send: (socket: Socket) => void, timeoutMs?: number) => {
  const client = await aClientOf(send);
  return client
    .operation('GET', '/users')(aContext(timeoutMs), {})
    .catch((error: GatewayError) => error);
};
