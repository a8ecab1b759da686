import type { Server } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';

/** A server of a proof on a free port of the loopback interface. */
export interface Listening {
  port: number;
  /** Bytes of all connections, written and read by the server. */
  bytes: () => { written: number; read: number };
  /** Ends it with its connections. */
  close: () => Promise<void>;
}

/** Makes a server listen. */
export async function listen(server: Server | NetServer): Promise<Listening> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sum = (field: 'bytesWritten' | 'bytesRead') => sockets.reduce((total, socket) => total + socket[field], 0);
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => ({ written: sum('bytesWritten'), read: sum('bytesRead') }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
