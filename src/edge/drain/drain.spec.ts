import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { Drain } from './drain.ts';
import { eventually } from '#libs/testing';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a server that drains', () => {
  it('answers what arrived on an idle connection while its process could not run', async () => {
    const server = createServer((_, response) => void response.end('ok'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const drain = new Drain({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost);
    drain.onModuleInit();
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
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

  it('answers clients whose connections its process had not accepted when the port was to close', async () => {
    const server = createServer((_, response) => void response.end('ok'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const drain = new Drain({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost);
    drain.onModuleInit();
    const ended = drain.run(50).then(() => void server.close());
    const answers = Array.from({ length: 20 }, () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.write(REQUEST);
      return text(socket).catch(String);
    });
    blockFor(100);
    await ended;
    for (const answer of answers) expect(await answer).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('does not wait for the rest of a body whose answer has been sent', async () => {
    const server = createServer((_, response) => void response.writeHead(413).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const drain = new Drain({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost);
    drain.onModuleInit();
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
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

  it('tells HTTP/2 clients the last stream that it processes while others may still connect', async () => {
    const server = createHttp2Server((_, response) => void response.write('begun'));
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const drain = new Drain({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost);
    drain.onModuleInit();
    // Unlike Node's client, it does not answer a GOAWAY.
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    const seen: unknown[] = [];
    const goaways = readGoaways(client, (last) => seen.push([last, server.listening]));
    client.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS), GET_1]));
    await once(server, 'request');
    const ended = drain.run(400);
    await goaways;
    expect(seen).toEqual([
      [2 ** 31 - 1, true],
      [1, true],
    ]);
    for (const socket of sockets) socket.destroy();
    await ended;
  });
});

const [HEADERS, SETTINGS, GOAWAY] = [1, 4, 7];
const [END_STREAM, END_HEADERS] = [1, 4];

/** A frame (RFC 9113, section 4.1). */
function frame(type: number, stream = 0, flags = 0, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]);
  return Buffer.concat([head, payload]);
}

/** `GET /` over http, with names and values of the static table, and the host `a`. */
const GET_1 = frame(HEADERS, 1, END_STREAM | END_HEADERS, Buffer.from([0x82, 0x86, 0x84, 0x41, 1, 0x61]));

/** Passes on the last stream of each GOAWAY. Resolves after two. */
async function readGoaways(socket: Socket, onGoaway: (last: number) => void): Promise<void> {
  let bytes = Buffer.alloc(0);
  let left = 2;
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    while (bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
      if (bytes[3] === GOAWAY) {
        onGoaway(bytes.readUInt32BE(9));
        if ((left -= 1) === 0) return;
      }
      bytes = bytes.subarray(9 + bytes.readUIntBE(0, 3));
    }
  }
}

const blockFor = (durationMs: number) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
};
