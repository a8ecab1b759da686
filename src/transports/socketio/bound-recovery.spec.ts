import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { boundRecovery } from './bound-recovery.ts';
import { eventually } from '#libs/testing';

const MAX_BYTES = 50_000;
let server: Server;
let client: Socket | undefined;
afterEach(async () => {
  client?.close();
  await server.close();
});

/** A server, and a client that has received a first message. */
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
  await eventually(() => heard.length);

  /** Closes the client's connection, and resolves once it has reconnected. */
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

describe('boundRecovery', () => {
  it('replays missed packets to a client that reconnects', async () => {
    const { socket, heard, held, away } = await open();
    await away(() => {
      for (const word of ['a', 'b', 'c']) server.emit('message', word);
    });
    expect(socket.recovered).toBe(true);
    expect(heard).toEqual(['first', 'a', 'b', 'c']);
    expect(held()).toBeGreaterThan(4 * 500);
  });

  it('never holds more than its limit, and does not recover a client that missed more', async () => {
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

  it('does not keep a packet larger than its limit', async () => {
    const { held } = await open();
    server.emit('message', 'x'.repeat(MAX_BYTES));
    expect(held()).toBe(0);
  });

  it('does not keep volatile packets', async () => {
    const { held } = await open();
    const before = held();
    server.volatile.emit('typing', {});
    expect(held()).toBe(before);
  });
});
