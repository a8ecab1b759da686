import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serve, type Served } from './server.fixture.ts';
import { eventually } from '#libs/testing';

const LARGE = 'x'.repeat(8_000_000);
/** As large as a page of a hundred products. */
const PAGE = 'x'.repeat(40_000);
const MAX_HELD = 256 * 1024;
const servedSockets: Socket[] = [];
let served: Served;
let listener: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  served = await serve(
    (server) => {
      server.post('/echo', async ({ body }) => body);
      server.get('/large', async () => LARGE);
      server.get('/page', async () => PAGE);
      server.server.on('connection', (socket) => void servedSockets.push(socket));
      listener = server.server;
      server.get('/small', async () => 'ok');
    },
    { HEADERS_TIMEOUT_MS: '1000', REQUEST_READ_TIMEOUT_MS: '2000', IDLE_TIMEOUT_MS: '1500', MAX_CONNECTIONS: '5' },
  );
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await served.stop();
});

function connected(): Socket {
  const socket = connect(served.port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** Sends a text repeatedly, without an end, until the server closes the connection. @returns its answer */
async function answerTo(first: string, again: string): Promise<string> {
  const socket = connected();
  socket.write(first);
  const timer = setInterval(() => socket.write(again), 50);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  // The server may close the connection during a write.
  await new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  clearInterval(timer);
  return answer;
}

describe('a slow client', () => {
  it('that never ends its headers is answered 408, and disconnected', async () => {
    const answer = await answerTo('GET /small HTTP/1.1\r\nHost: x\r\n', 'X-More: 1\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
  });

  it('that never ends its body is answered 408, and disconnected', async () => {
    const head =
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"';
    expect(await answerTo(head, 'x')).toMatch(/^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
  });

  it('that does not read its response is disconnected', async () => {
    const socket = connected();
    socket.pause();
    await Promise.all([once(listener, 'connection'), once(socket, 'connect')]);
    const here = servedSockets.at(-1)!;
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    // Nothing is read until the server has closed the connection; the rest is what the operating system had buffered.
    await once(here, 'close');
    let read = 0;
    socket.on('data', (chunk: Buffer) => (read += chunk.length)).resume();
    await once(socket, 'close');
    expect(read).toBeLessThan(LARGE.length);
  });

  it('may pipeline a few requests before it reads', async () => {
    const socket = connected();
    socket.write('GET /small HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(4));
    let text = '';
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.match(/HTTP\/1\.1 200/g)?.length === 4) break;
    }
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(4);
  });

  it.each([7, 10, 60])(
    'that pipelines %i requests gets the first answers, and can send the others again',
    async (times) => {
      const answers = await served.raw('GET /small HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(times));
      expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(6);
      expect(answers.match(/Connection: close/gi)).toHaveLength(1);
    },
  );

  it('that pipelines very many is disconnected at once', async () => {
    const answer = await served.raw('GET /small HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
    expect(answer).toBe('');
  });

  it('that pipelines requests and reads nothing gets no more than a few responses buffered', async () => {
    const socket = connected();
    socket.pause();
    await once(socket, 'connect');
    const served = servedSockets.at(-1)!;
    let max = 0;
    const timer = setInterval(() => (max = Math.max(max, served.writableLength)), 1);
    for (let i = 0; i < 200; i += 1) socket.write('GET /page HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(served, 'close');
    clearInterval(timer);
    expect(max).toBeLessThanOrEqual(MAX_HELD);
  });

  it('that sends headers without end is refused', async () => {
    const answer = await served.raw(`GET /small HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('counts towards the maximum number of connections', async () => {
    await eventually(async () => (await served.connections()) === 0);
    const many = Array.from({ length: 9 }, () => connected());
    const answers = await Promise.all(
      many.map(
        (socket) =>
          new Promise<string>((resolve) => {
            socket.once('close', () => resolve('closed'));
            socket.once('data', (head) => resolve(String(head).slice(9, 12)));
            socket.write('GET /small HTTP/1.1\r\nHost: x\r\n\r\n');
          }),
      ),
    );
    expect(answers.filter((answer) => answer === '200')).toHaveLength(5);
    // The sixth is accepted to be refused; when it has left, so may be another.
    expect(answers).toContain('503');
    expect(answers.filter((answer) => answer === '503' || answer === 'closed')).toHaveLength(4);
  });
});
