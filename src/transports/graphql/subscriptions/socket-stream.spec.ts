import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { SocketStream } from './socket-stream.ts';
import { eventually } from '#libs/testing';

let server: WebSocketServer;
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

/** A socket of a real server as a stream, and its client. */
async function open({ autoPong = true } = {}) {
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong });
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  const stream = new SocketStream(socket);
  let overs = 0;
  stream.onOver(() => void (overs += 1));
  return { client, socket, stream, overs: () => overs };
}

/** The code and the reason that a client is closed with. */
async function closeOf(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

describe('a WebSocket of GraphQL that is ended', () => {
  it.each([
    ['shutdown', {}, 1012, 'shutdown', 'shutdown'],
    ['end', { reason: 'operator' }, 1012, 'operator', 'operator'],
    // Its client asks for a new token and comes back.
    ['end', { reason: 'expired' }, 4403, 'expired', 'expired'],
    ['end', { reason: 'logout' }, 4401, 'logout', 'logout'],
    ['end', { reason: 'rights' }, 4401, 'rights', 'rights'],
  ])('by %s with %j closes with %i and says why', async (event, data, code, reason, endedBy) => {
    const { client, socket, stream, overs } = await open();
    stream.end(event, data);
    expect(await closeOf(client)).toEqual([code, reason]);
    if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    expect([stream.endedBy, overs()]).toEqual([endedBy, 1]);
  });

  it.each([
    [1000, undefined],
    [1001, undefined],
    // Of graphql-ws: a second connection_init.
    [4429, 'error'],
    [3002, 'error'],
  ])('by its client with %i has ended by %s', async (code, endedBy) => {
    const { client, socket, stream, overs } = await open();
    client.close(code);
    await once(socket, 'close');
    expect([stream.endedBy, overs()]).toEqual([endedBy, 1]);
  });

  it('is over for who asks later, at once', async () => {
    const { client, stream } = await open();
    stream.end('shutdown');
    await closeOf(client);
    let isNotified = false;
    stream.onOver(() => void (isNotified = true));
    expect(isNotified).toBe(true);
  });
});

describe('a WebSocket whose client', () => {
  it('does not read is cut off once more than 256 KiB are held, without a word', async () => {
    const { client, socket, stream } = await open();
    client.pause();
    let isClosed = false;
    socket.once('close', () => (isClosed = true));
    const chunk = 'x'.repeat(64 * 1024);
    let maxBytes = 0;
    while (!stream.endedBy) {
      socket.send(chunk);
      stream.note();
      maxBytes = Math.max(maxBytes, stream.heldBytes);
      await new Promise((resolve) => void setTimeout(resolve, 2));
    }
    expect(stream.endedBy).toBe('overflow');
    expect(maxBytes).toBeLessThan(256 * 1024 + 2 * chunk.length);
    await eventually(() => isClosed);
    client.terminate();
  });

  it('reads is held little, however much is sent', async () => {
    const { socket, stream, client } = await open();
    for (let n = 0; n < 50; n += 1) {
      await new Promise<void>((resolve) => socket.send('x'.repeat(64 * 1024), () => resolve()));
      stream.note();
    }
    expect(stream).toMatchObject({ sent: 50, endedBy: undefined });
    client.terminate();
  });

  it('answers pings stays', async () => {
    const { client, socket, stream } = await open();
    for (let n = 0; n < 3; n += 1) {
      stream.beat();
      await once(socket, 'pong');
    }
    expect(socket.readyState).toBe(WebSocket.OPEN);
    client.terminate();
  });

  it('did not answer the last ping is cut off by the next', async () => {
    const { client, socket, stream, overs } = await open({ autoPong: false });
    stream.beat();
    await once(client, 'ping');
    expect(socket.readyState).toBe(WebSocket.OPEN);
    stream.beat();
    await once(socket, 'close');
    expect(overs()).toBe(1);
  });

  it('hears no broadcast, for which the protocol has no word', async () => {
    const { client, stream } = await open();
    expect(stream.notify()).toBe(false);
    client.terminate();
  });
});
