import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { catalogue, GatewayError } from '#libs/errors';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aClientOf, aContext, closeAll, OK, outcomeOf } from './raw-upstream.fixture.ts';

const SECRET = 'hunter2';

afterEach(closeAll);

/** What never ends: more of the same for as long as somebody takes it, 200 MB at most. */
function endlessly(socket: Socket, piece: string): { sent: () => number } {
  let sent = 0;
  const send = () => {
    while (!socket.destroyed && sent < 200 * 1024 * 1024) {
      sent += piece.length;
      if (!socket.write(piece)) return;
    }
  };
  socket.on('drain', send);
  send();
  return { sent: () => sent };
}

describe('an HTTP upstream that lies', () => {
  it.each<[string, string, string]>([
    ['a status line of nonsense', `HTTP/9.9 abc ${SECRET}\r\n\r\n`, 'UPSTREAM_UNAVAILABLE'],
    ['a status out of range', `HTTP/1.1 99999 ${SECRET}\r\n\r\n`, 'UPSTREAM_UNAVAILABLE'],
    ['no status', `HTTP/1.1 \r\n\r\n`, 'UPSTREAM_UNAVAILABLE'],
    ['a header that is none', `HTTP/1.1 200 OK\r\n${SECRET}\u0000\r\n\r\n`, 'UPSTREAM_UNAVAILABLE'],
    ['two lengths', `${OK}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 'UPSTREAM_UNAVAILABLE'],
    [
      'a length and chunks',
      `${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
      'UPSTREAM_UNAVAILABLE',
    ],
    ['a length that is none', `${OK}content-length: -5\r\n\r\n{}`, 'UPSTREAM_UNAVAILABLE'],
    ['a chunk of no length', `${OK}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`, 'UPSTREAM_UNAVAILABLE'],
    [
      'an upgrade',
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`,
      'UPSTREAM_UNAVAILABLE',
    ],
    ['a body that is no JSON', `${OK}content-length: 7\r\n\r\n${SECRET}`, 'UPSTREAM_BAD_RESPONSE'],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'UPSTREAM_BAD_RESPONSE'],
    [
      '204 with a body',
      `HTTP/1.1 204 No Content\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['304', 'HTTP/1.1 304 Not Modified\r\n\r\n', 'UPSTREAM_BAD_RESPONSE'],
    [
      'a redirect',
      `HTTP/1.1 307 Over There\r\nlocation: http://${SECRET}/\r\ncontent-length: 0\r\n\r\n`,
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['a status of its own', 'HTTP/1.1 299 Fine\r\ncontent-length: 0\r\n\r\n', 'UPSTREAM_BAD_RESPONSE'],
    ['a status that is none', 'HTTP/1.1 999 Request Denied\r\ncontent-length: 0\r\n\r\n', 'UPSTREAM_BAD_RESPONSE'],
    ['headers of 70 kB', `${OK}x-long: ${'x'.repeat(70_000)}\r\n\r\n{}`, 'UPSTREAM_BAD_RESPONSE'],
  ])('gets a code of the catalogue, and no word of it reaches clients: %s', async (_, answer, code) => {
    const error = await outcomeOf((socket) => void socket.write(answer, 'latin1'));
    expect(error).toMatchObject({
      code,
      message: catalogue[code as 'UPSTREAM_UNAVAILABLE'].title,
      detail: undefined,
    });
    expect(JSON.stringify({ ...(error as GatewayError), cause: undefined })).not.toContain(SECRET);
  });

  it.each<[string, string, string]>([
    ['before its length', `${OK}content-length: 20\r\n\r\n{}`, 'UPSTREAM_UNAVAILABLE'],
    ['within a chunk', `${OK}transfer-encoding: chunked\r\n\r\n20\r\n{"users":`, 'UPSTREAM_UNAVAILABLE'],
    ['before the last chunk', `${OK}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`, 'UPSTREAM_UNAVAILABLE'],
    ['within its headers', `HTTP/1.1 200 OK\r\ncontent-ty`, 'UPSTREAM_UNAVAILABLE'],
    ['and nothing else', '', 'UPSTREAM_UNAVAILABLE'],
    ['where nothing said how long it is', `${OK}\r\n{"users":`, 'UPSTREAM_BAD_RESPONSE'],
  ])('is a lost connection, or a bad response, where it ends %s', async (_, answer, code) => {
    expect(await outcomeOf((socket) => void socket.end(answer))).toMatchObject({ code });
  });

  it('does not pass what follows an answer for the next one', async () => {
    let count = 0;
    const stale = `${OK}content-length: 9\r\n\r\n{"is":"x"}`;
    const client = await aClientOf((socket) => {
      count += 1;
      const body = `{"n":${count}}`;
      socket.write(`${OK}content-length: ${body.length}\r\n\r\n${body}${stale}`);
    });
    const get = client.operation('GET', '/users');
    for (const n of [1, 2, 3]) expect(await get(aContext(), {})).toEqual({ n });
  });

  it.each([
    ['interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)],
    ['a body that says nothing', ' '.repeat(64 * 1024)],
  ])('has until the deadline, with bounded memory, where there is no end of %s', async (_, piece) => {
    let flow: { sent: () => number } | undefined;
    const start = piece.startsWith('HTTP') ? '' : `${OK}transfer-encoding: identity\r\n\r\n`;
    const before = process.memoryUsage().rss;
    const error = await outcomeOf((socket) => {
      socket.write(start);
      flow ??= endlessly(socket, piece);
    }, 300);
    expect(['UPSTREAM_TIMEOUT', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_UNAVAILABLE']).toContain(
      (error as GatewayError).code,
    );
    expect(flow!.sent()).toBeGreaterThan(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('is hung up on where there is no end of its headers', async () => {
    let flow: { sent: () => number } | undefined;
    const error = await outcomeOf((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      flow ??= endlessly(socket, `x-${'x'.repeat(100)}: ${'y'.repeat(1_000)}\r\n`);
    });
    expect(error).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', cause: { code: 'UND_ERR_HEADERS_OVERFLOW' } });
    expect(flow!.sent()).toBeLessThan(50 * 1024 * 1024);
  });

  it('is hung up on at 10 MiB, whatever length it said', async () => {
    const body = `{"users":["${'x'.repeat(12 * 1024 * 1024)}"]}`;
    const error = await outcomeOf(
      (socket) => void socket.write(`${OK}content-length: ${body.length}\r\n\r\n${body}`),
    );
    expect(error).toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      cause: { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
    });
    expect(inspect(error).length).toBeLessThan(10_000);
  });
});

describe('events of an HTTP upstream that lies', () => {
  it('may begin after interim answers', async () => {
    const client = await aClientOf((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: 1\n\ndata: END\n\n',
      );
    });
    const found: unknown[] = [];
    for await (const one of await client.stream('GET', '/events', 'END')(aContext(), {})) found.push(one);
    expect(found).toEqual([1]);
  });
});
