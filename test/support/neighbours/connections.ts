import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Counts the connections that this process makes to a port, while `work` runs. */
export async function countingConnections<T>(
  port: number,
  work: () => Promise<T>,
): Promise<{ result: T; connections: number }> {
  let connections = 0;
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => socket.remotePort === port && (connections += 1));
  };
  subscribe('net.client.socket', onSocket);
  try {
    return { result: await work(), connections };
  } finally {
    unsubscribe('net.client.socket', onSocket);
  }
}
