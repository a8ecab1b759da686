import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Server, type Socket } from 'socket.io';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import { SocketIoStream } from './socket-io-stream.ts';
import { eventually } from '#libs/testing';

const http = createServer();
let server: Server;
let client: ClientSocket;
beforeAll(async () => {
  server = new Server(http);
  await once(http.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => void client.close());
afterAll(() => server.close());

/** A connection of a real server as a stream, and what its client hears. */
async function open() {
  const { port } = http.address() as AddressInfo;
  const connecting = new Promise<Socket>((resolve) => void server.once('connection', resolve));
  client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnectionDelay: 20, forceNew: true });
  const socket = await connecting;
  const stream = new SocketIoStream(socket);
  const heard: [event: string, data: unknown][] = [];
  client.onAny((event: string, data: unknown) => void heard.push([event, data]));
  if (!client.connected) await new Promise<void>((resolve) => void client.once('connect', resolve));
  const over = new Promise<void>((resolve) => stream.onOver(resolve));
  const left = new Promise<string>((resolve) => void client.once('disconnect', resolve));
  return { socket, stream, heard, over, left };
}

describe('a Socket.IO connection that is ended', () => {
  it.each([
    ['shutdown', {}, 'shutdown'],
    ['end', { reason: 'operator' }, 'operator'],
    ['end', { reason: 'expired' }, 'expired'],
  ])('by %s with %j tells its client why, which comes back by itself', async (event, data, reason) => {
    const { stream, heard, over, left } = await open();
    const back = new Promise<Socket>((resolve) => void server.once('connection', resolve));
    stream.end(event, data);
    await over;
    // Of these reasons the client reconnects.
    expect(await left).toBe('transport close');
    expect(heard).toEqual([['end', { reason }]]);
    expect(stream.endedBy).toBe(reason);
    await back;
  });

  it.each(['logout', 'rights', 'password'])('by %s tells its client why, which stays away', async (reason) => {
    const { stream, heard, over, left } = await open();
    stream.end('end', { reason });
    await over;
    // By this reason the client does not reconnect.
    expect(await left).toBe('io server disconnect');
    expect(heard).toEqual([['end', { reason }]]);
    expect(stream.endedBy).toBe(reason);
  });

  it('is over for who asks later, at once; one that its client has left was not ended here', async () => {
    const { stream, over } = await open();
    client.close();
    await over;
    let isNotified = false;
    stream.onOver(() => void (isNotified = true));
    expect([isNotified, stream.endedBy]).toEqual([true, undefined]);
  });
});

describe('a Socket.IO connection', () => {
  it('passes a broadcast to its client alone, and counts it', async () => {
    const { stream, heard } = await open();
    const sent = stream.sent;
    expect(stream.notify('back soon')).toBe(true);
    await eventually(() => heard.length);
    expect(heard).toEqual([['broadcast', { message: 'back soon' }]]);
    expect(stream.sent).toBe(sent + 1);
  });

  it('is cut off once its client, who does not read, is held more than 256 KiB', async () => {
    const { socket, stream, over } = await open();
    let isOver = false;
    void over.then(() => (isOver = true));
    const { engine } = client.io as unknown as {
      engine: { transport: { ws: { pause(): void; resume(): void } } };
    };
    engine.transport.ws.pause();
    let maxBytes = 0;
    for (let n = 0; !isOver && n < 1_000; n += 1) {
      socket.emit('message', 'x'.repeat(64 * 1024));
      maxBytes = Math.max(maxBytes, stream.heldBytes);
      await new Promise((resolve) => void setTimeout(resolve, 2));
    }
    expect(stream.endedBy).toBe('overflow');
    expect(maxBytes).toBeGreaterThan(128 * 1024);
    expect(maxBytes).toBeLessThan(512 * 1024);
    engine.transport.ws.resume();
  });
});
