import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { Drain } from './drain.ts';
import { eventually } from '#libs/testing';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a server that drains', () => {
  it('answers what arrived on an idle connection while its process could not run', async () => {
    const { server, drain } = await drained();
    const socket = connectedTo(server);
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.write(REQUEST);
    await once(socket, 'data');
    received = '';
    const ended = drain.run(0).then(() => void server.close());
    // The port closes, and then nothing runs until connections have had their time.
    await eventually(() => !server.listening);
    socket.write(REQUEST);
    blockFor(600);
    await ended;
    await once(socket.resume(), 'close');
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('has closed idle connections when it is over: what came while the app closes would be lost with them', async () => {
    const { server, drain } = await drained();
    server.keepAliveTimeout = 120_000;
    const idle = connectedTo(server);
    idle.write(REQUEST);
    await once(idle, 'data');
    let hasClosed = false;
    idle.resume().once('close', () => (hasClosed = true));
    await drain.run(0);
    await eventually(() => hasClosed);
    expect(server.listening).toBe(false);
    server.close();
  });

  it('answers a first request that comes more than a second after its connection was accepted', async () => {
    const { server, drain } = await drained();
    const slow = connectedTo(server);
    await once(server, 'connection');
    const ended = drain.run(0).then(() => void server.close());
    await wait(1_200);
    slow.write(REQUEST);
    expect(await text(slow)).toMatch(/^HTTP\/1\.1 200 OK/);
    await ended;
  });

  it('answers a first request that comes more than a second after its connection was accepted, over HTTP/2', async () => {
    const { server, drain } = await drained(createHttp2Server((_, response) => void response.end('ok')));
    const client = connectHttp2(`http://127.0.0.1:${portOf(server)}`);
    await once(server, 'session');
    const ended = drain.run(0).then(() => void server.close());
    await wait(1_200);
    const [headers] = (await once(client.request({ ':path': '/' }).resume(), 'response')) as [
      { ':status': number },
    ];
    expect(headers[':status']).toBe(200);
    client.close();
    await ended;
  });

  it('does not wait longer for connections that send nothing', async () => {
    const { server, drain } = await drained();
    const silent = connectedTo(server);
    await once(server, 'connection');
    const hasClosed = once(silent.resume(), 'close');
    await drain.run(0);
    server.close();
    expect(await hasClosed).toEqual([false]);
  });

  it('answers clients whose connections its process had not accepted when the port was to close', async () => {
    const { server, drain } = await drained();
    const ended = drain.run(50).then(() => void server.close());
    const answers = Array.from({ length: 20 }, () => {
      const socket = connectedTo(server);
      socket.write(REQUEST);
      return text(socket).catch(String);
    });
    blockFor(100);
    await ended;
    for (const answer of answers) expect(await answer).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('does not wait for the rest of a body whose answer has been sent', async () => {
    const { server, drain } = await drained(createServer((_, response) => void response.writeHead(413).end()));
    const socket = connectedTo(server).on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
    await once(socket, 'data');
    const sending = setInterval(() => socket.writable && socket.write('a'), 50);
    const since = performance.now();
    await drain.run(0);
    server.close();
    await once(socket, 'close');
    clearInterval(sending);
    const tookMs = performance.now() - since;
    expect(tookMs).toBeGreaterThan(400);
    expect(tookMs).toBeLessThan(4_000);
  });

  it('names the last stream to HTTP/2 clients when those that check readiness have gone, and others may still connect', async () => {
    const { server, client, end } = await drainedClient();
    const seen: unknown[] = [];
    for await (const { type, stream, payload } of framesOf(client)) {
      if (type === HEADERS) seen.push(stream);
      // Proxies go on until they hear of the drain.
      if (type === HEADERS && stream < 5) client.write(getOn(stream + 2));
      if (type !== GOAWAY) continue;
      seen.push([payload.readUInt32BE(), server.listening]);
      break;
    }
    expect(seen).toEqual([1, 3, 5, [5, true]]);
    await end();
  });
});

/** A client of a server that drains, with a stream of a response without end. Unlike Node's client, it answers no GOAWAY. */
async function drainedClient() {
  const server = createHttp2Server((_, response) => void response.write('begun'));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const { drain } = await drained(server);
  const client = connectedTo(server).on('error', () => {});
  client.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS), getOn(1)]));
  await once(server, 'request');
  const ended = drain.run(800);
  const end = async () => {
    for (const socket of sockets) socket.destroy();
    await ended;
  };
  return { server, client, end };
}

const [HEADERS, SETTINGS, GOAWAY] = [1, 4, 7];
const [END_STREAM, END_HEADERS] = [1, 4];

/** A frame (RFC 9113, section 4.1). */
function frame(type: number, stream = 0, flags = 0, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]);
  return Buffer.concat([head, payload]);
}

/** `GET /` over http, with names and values of the static table, and the host `a`. */
const getOn = (stream: number) =>
  frame(HEADERS, stream, END_STREAM | END_HEADERS, Buffer.from([0x82, 0x86, 0x84, 0x41, 1, 0x61]));

/** The frames that come. */
async function* framesOf(socket: Socket) {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    while (bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
      const end = 9 + bytes.readUIntBE(0, 3);
      yield { type: bytes[3], stream: bytes.readUInt32BE(5), payload: bytes.subarray(9, end) };
      bytes = bytes.subarray(end);
    }
  }
}

/** A server that listens, with its drain. */
async function drained<S extends NetServer = Server>(server: S = okServer() as unknown as S) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const drain = new Drain({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost);
  drain.onModuleInit();
  return { server, drain };
}

const okServer = (): Server => createServer((_, response) => void response.end('ok'));
const portOf = (server: NetServer) => (server.address() as AddressInfo).port;
const connectedTo = (server: NetServer) => connect(portOf(server), '127.0.0.1');

const blockFor = (durationMs: number) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
};
