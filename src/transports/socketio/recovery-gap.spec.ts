import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { closeRecoveryGap } from './recovery-gap.ts';
import { eventually } from '#libs/testing';

let server: Server;
let client: Socket;
afterEach(async () => {
  client.close();
  await server.close();
});

/** A client in the rooms `a` and `b` that has lost its connection, and whose return waits until it is admitted. */
async function openReturning() {
  const http = createServer();
  server = new Server(http, {
    connectionStateRecovery: { maxDisconnectionDuration: 60_000, skipMiddlewares: false },
  });
  closeRecoveryGap(server);
  let admit: (() => void) | undefined;
  server.use((socket, next) => {
    if (socket.recovered) admit = next;
    else next();
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnectionDelay: 1 });
  const heard: string[] = [];
  client.on('message', (message: string) => void heard.push(message));
  const connected = () => new Promise((resolve) => void client.once('connect', () => resolve(undefined)));
  await connected();
  const [here] = server.sockets.sockets.values();
  void here!.join(['a', 'b']);
  server.emit('message', 'first');
  await eventually(() => heard.length);
  const back = connected();
  client.io.engine.close();
  await once(here!, 'disconnect');
  server.to('a').emit('message', 'missed');
  await eventually(() => admit);
  const andThen = async () => {
    admit!();
    await back;
    server.to('a').emit('message', 'last');
    await eventually(() => heard.at(-1) === 'last');
    return heard;
  };
  return { andThen, id: here!.id };
}

describe('closeRecoveryGap', () => {
  it('delivers what was sent while a recovered socket was being admitted, once and in order', async () => {
    const { andThen } = await openReturning();
    server.to('a').emit('message', 'second');
    server.to(['a', 'b']).emit('message', 'third');
    server.emit('message', 'fourth');
    expect(await andThen()).toEqual(['first', 'missed', 'second', 'third', 'fourth', 'last']);
    expect(client.recovered).toBe(true);
  });

  it('delivers nothing that was for others', async () => {
    const { andThen, id } = await openReturning();
    server.to('c').emit('message', 'of another room');
    server.except('b').emit('message', 'for all but a room');
    server.except(id).emit('message', 'for all but this client');
    expect(await andThen()).toEqual(['first', 'missed', 'last']);
  });

  it('ends a socket that was disconnected meanwhile', async () => {
    const { andThen } = await openReturning();
    server.in('a').disconnectSockets();
    const ended = new Promise((resolve) => void client.once('disconnect', resolve));
    void andThen().catch(() => {});
    expect(await ended).toBe('io server disconnect');
  });

  it('holds nothing of what is sent once it is admitted', async () => {
    const { andThen } = await openReturning();
    await andThen();
    /** Volatile packets are not kept for a recovery. */
    const send = () => {
      const message = { text: 'of no use to anybody' };
      server.to('a').volatile.emit('message', message);
      return new WeakRef(message);
    };
    const held = send();
    server.to('a').volatile.emit('message', 'the latest');
    await new Promise(setImmediate);
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    expect(held.deref()).toBeUndefined();
  });
});
