import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as passed } from 'node:timers/promises';
import { serve, type Served } from '#gateway/edge/listener/server.fixture';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** More than the kernels take for a connection of which nobody reads. */
const BODY = Buffer.alloc(16_000_000, 'a');
const PART = Buffer.alloc(10_000, 'a');
const STREAMED = { maxBytes: 1e9, leastBytesPerSecond: 1 };

let served: Served;
/** Who ended the connection of the last request for `/last`. */
let endedBy = '';
beforeAll(async () => {
  served = await serve(
    (server) => {
      server.get('/last', ({ raw: { socket } }) => {
        socket.end = () => {
          endedBy = new Error('ended').stack!;
          return Reflect.apply(Socket.prototype.end, socket, []);
        };
        return 'last';
      });
      server.post('/json', () => 'ok');
      server.post('/file', { config: { streamedBody: { types: 'any', ...STREAMED } } }, () => 'unread');
      server.post('/part', { config: { streamedBody: { types: 'any', ...STREAMED } } }, async ({ body }) => {
        for await (const chunk of body as Readable) return `read ${Boolean(chunk)}`;
        return 'none';
      });
    },
    { BODY_LIMIT_BYTES: '1000' },
  );
});
afterAll(() => served.stop());

/** Sends a whole body before it reads anything, as most clients do. @returns the answer */
async function sendAll(path: string, type: string, version: string, headers = 'Connection: close\r\n') {
  const socket = connect(served.port, '127.0.0.1').pause();
  const failed = once(socket, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  const length = `Content-Length: ${BODY.length}\r\n`;
  socket.write(`POST ${path} HTTP/${version}\r\nHost: x\r\nContent-Type: ${type}\r\n${headers}${length}\r\n`);
  await Promise.race([new Promise<void>((resolve) => void socket.write(BODY, () => resolve())), failed]);
  return Promise.race([text(socket.resume()), failed]);
}

describe('a client that ends its connection after the answer, and reads it when it has sent its body', () => {
  it.each([
    ['/json', 'application/json', '413'],
    ['/json', 'text/plain', '415'],
    ['/file', 'multipart/form-data', '415'],
    ['/file', 'application/octet-stream', '200'],
    ['/part', 'application/octet-stream', '200'],
    ['/nothing', 'application/json', '404'],
  ])('reads why it was refused: %s with %s is %s', async (path, type, status) => {
    for (const version of ['1.1', '1.0']) {
      const answer = await sendAll(path, type, version);
      expect([answer.slice(9, 12), answer.endsWith('}') || status === '200']).toEqual([status, true]);
    }
  });
});

it('a client on a slow line reads why it was refused when it has sent its body', async () => {
  const parts = 14;
  const socket = connect(served.port, '127.0.0.1').setNoDelay().pause();
  const failed = once(socket, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  const length = `Content-Length: ${parts * PART.length}\r\n`;
  socket.write(
    `POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n${length}\r\n`,
  );
  for (let sent = 0; sent < parts; sent += 1) {
    await Promise.race([passed(200), failed]);
    socket.write(PART);
  }
  expect(await Promise.race([text(socket.resume()), failed])).toMatch(/^HTTP\/1\.1 413 /);
});

/** Sends refused uploads, each with its body after the answer, and then the last request of the connection. */
async function refuseUploads(count: number): Promise<void> {
  const socket = connect(served.port, '127.0.0.1').setNoDelay();
  for (let sent = 0; sent < count; sent += 1) {
    socket.write('POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 415 /);
    socket.write('ab');
  }
  socket.end('GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').resume();
  await once(socket, 'close');
}

it('a connection ends in as many calls, however many uploads were refused on it', async () => {
  const calls = async (count: number) => {
    await refuseUploads(count);
    return endedBy.split('\n').filter((line) => line.includes('unread-bodies')).length;
  };
  expect(await calls(4)).toBe(await calls(1));
});
