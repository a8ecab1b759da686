import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { boundRecovery } from './bound-recovery.ts';

const MAX_BYTES = 50_000;
let server: Server;
let client: Socket | undefined;
afterEach(async () => {
  client?.close();
  await server.close();
});

/** A server, and a client that has heard something. */
async function open() {
  const http = createServer();
  server = new Server(http, { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } });
  const held = boundRecovery(server, MAX_BYTES);
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnectionDelay: 50 });
  client = socket;
  const heard: unknown[] = [];
  socket.on('message', (message) => void heard.push(message));
  await new Promise((resolve) => void socket.once('connect', () => resolve(undefined)));
  server.emit('message', 'first');
  while (!heard.length) await new Promise(setImmediate);

  /** Loses its connection, and resolves once it is back. */
  const away = async (meanwhile: () => void): Promise<void> => {
    const [here] = server.sockets.sockets.values();
    const gone = new Promise((resolve) => here!.once('disconnect', resolve));
    const back = new Promise((resolve) => void socket.once('connect', () => resolve(undefined)));
    socket.io.engine.close();
    await gone;
    meanwhile();
    await back;
  };
  return { socket, heard, held, away };
}

describe('what is kept for clients that reconnect', () => {
  it('is what they have missed, while there is space for it', async () => {
    const { socket, heard, held, away } = await open();
    await away(() => {
      for (const word of ['a', 'b', 'c']) server.emit('message', word);
    });
    expect(socket.recovered).toBe(true);
    expect(heard).toEqual(['first', 'a', 'b', 'c']);
    expect(held()).toBeGreaterThan(4 * 500);
  });

  it('never takes more than it may; who has missed more is not recovered', async () => {
    const { socket, held, away } = await open();
    await away(() => {
      for (let n = 0; n < 100; n += 1) {
        server.emit('message', `${n} ${'x'.repeat(2_000)}`);
        expect(held()).toBeLessThanOrEqual(MAX_BYTES);
      }
    });
    expect(socket.recovered).toBe(false);
    expect(held()).toBeGreaterThan(MAX_BYTES / 2);
  });

  it('may be less than one packet, which then is not kept', async () => {
    const { held } = await open();
    server.emit('message', 'x'.repeat(MAX_BYTES));
    expect(held()).toBe(0);
  });

  it('does not have what is volatile', async () => {
    const { held } = await open();
    const before = held();
    server.volatile.emit('typing', {});
    expect(held()).toBe(before);
  });
});
