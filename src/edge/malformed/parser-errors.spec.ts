import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
/** Receives each request to `/slow`, with a function that lets it answer. */
let onSlow: (release: () => void) => void = () => {};
beforeAll(async () => {
  served = await serve(
    (server) => {
      server.get('/thing', () => ({ body: 'thing' }));
      server.get('/slow', async () => {
        await new Promise<void>((resolve) => onSlow(resolve));
        return { body: 'slow' };
      });
      server.post('/thing', ({ body }) => ({ body }));
    },
    { HEADERS_TIMEOUT_MS: '1000', REQUEST_READ_TIMEOUT_MS: '1000', KEEP_ALIVE_TIMEOUT_MS: '1000' },
  );
});
afterAll(() => served.stop());

interface Answer {
  status: number;
  head: string;
  body: { code: string; requestId: string };
}

/** The answers on a connection, one after the other. */
function answersIn(bytes: string): Answer[] {
  return bytes
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter(Boolean)
    .map((answer) => {
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      return {
        status: Number(head.split(' ')[1]),
        head: head.toLowerCase(),
        body: JSON.parse(body || '{}') as Answer['body'],
      };
    });
}

const send = async (bytes: string): Promise<Answer[]> => answersIn(await served.raw(bytes));
const chunked = 'Host: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
const long = 'x'.repeat(20_000);

describe('an unparsable request', () => {
  it.each([
    ['a broken request line', 'nonsense\r\n\r\n', 400, 'BAD_REQUEST'],
    ['an unknown version', 'GET /thing HTTP/4.0\r\nHost: a\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a header without a name', 'GET /thing HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a space before a colon', 'GET /thing HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a folded header', 'GET /thing HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a line feed alone', 'GET /thing HTTP/1.1\nHost: a\n\n', 400, 'BAD_REQUEST'],
    ['a NUL', 'GET /thing HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'two lengths',
      'POST /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'BAD_REQUEST',
    ],
    ['an invalid length', 'POST /thing HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na', 400, 'BAD_REQUEST'],
    [
      'a length and chunks',
      'POST /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'chunked not as the last coding',
      'POST /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'headers that are too large',
      `GET /thing HTTP/1.1\r\nHost: a\r\nX: ${long}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    ['a request line that is too long', `GET /${long} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, 'URI_TOO_LONG'],
    ['a request line without end', `GET /${long}`, 414, 'URI_TOO_LONG'],
    ['an unknown method', 'FOO /thing HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
    ['a method in lower case', 'get /thing HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
  ])('is refused like any other: %s', async (_, bytes, status, code) => {
    const [answer, ...more] = await send(bytes);
    expect([answer!.status, answer!.body.code, more]).toEqual([status, code, []]);
    const { head, body } = answer!;
    expect(head).toContain('content-type: application/problem+json');
    expect(head).toContain(`x-request-id: ${body.requestId}`);
    expect(head).toContain('x-content-type-options: nosniff');
    expect(head).toContain('cache-control: no-store');
    expect(head).toContain('connection: close');
    expect(await served.log.first({ requestId: body.requestId })).toMatchObject({
      msg: 'request',
      level: 'info',
      route: 'none',
      status,
      code,
    });
    expect(served.log.with({ requestId: body.requestId })).toHaveLength(1);
  });

  it.each([
    ['letters that are no ASCII', '/thing?a=Größe'],
    ['letters that are no ASCII, in the path', '/thing/Größe'],
    ['a space', '/thing?a=large sizes'],
    ['spaces, and a slash after them', '/thing?a=b c HTTP/1.1 d'],
    ['a space, as an absolute URL', 'http://a/thing?a=b c'],
  ])('whose target has %s is told what must be encoded', async (_, target) => {
    const [answer] = await send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect([answer!.status, answer!.body]).toMatchObject([
      400,
      {
        detail: 'The URL has a character that must be percent-encoded.',
        errors: [{ field: 'path', message: expect.stringContaining('percent-encoded') }],
      },
    ]);
  });

  it.each(['thing', '?a=b', 'http:/thing', 'https:thing'])(
    'whose target is neither a path nor a URL is told so: %s',
    async (target) => {
      const [answer] = await send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect([answer!.status, answer!.body]).toMatchObject([
        400,
        {
          detail: 'The request target is neither a path nor an http or https URL.',
          errors: [{ field: 'path', message: 'Must be a path' }],
        },
      ]);
    },
  );

  it('distinguishes a long request line from long headers, however they are split', async () => {
    const inPieces = async (...pieces: string[]) => {
      const socket = connect(served.port, '127.0.0.1').setNoDelay();
      for (const piece of pieces) {
        socket.write(piece);
        await wait(20);
      }
      return answersIn(await text(socket))[0]!.status;
    };
    expect(await inPieces(`GET /${long.slice(0, 9_000)}`, `${long.slice(0, 9_000)} HTTP/1.1\r\n`)).toBe(414);
    expect(await inPieces('GET /thing HTTP/1.1\r\nHost: a\r\nX: ', long.slice(0, 17_000))).toBe(431);
    expect(await inPieces(`GET /thing HTTP/1.1\r\nHost: a\r\n\r\nGET /${long} HTTP/1.1\r\n`)).toBe(200);
  });
});

describe('a connection without a request', () => {
  it('is closed without a response or a log line, at the start and between requests', async () => {
    const unused = served.raw('');
    const used = send('GET /thing HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-used\r\n\r\n');
    expect(await unused).toBe('');
    expect((await used).map(({ status }) => status)).toEqual([200]);
    expect(served.log.with({ msg: 'request', status: 408 })).toEqual([]);
  });
});

describe('headers that do not arrive', () => {
  it('are refused with 408', async () => {
    const [answer] = await send('GET /thing HTTP/1.1\r\nHost: a\r\nX: ');
    expect([answer!.status, answer!.body.code]).toEqual([408, 'REQUEST_TIMEOUT']);
  });
});

describe('unparsable bytes after a request', () => {
  it('are refused after the response to the request', async () => {
    const slow = new Promise<() => void>((resolve) => (onSlow = resolve));
    const arriving = served.raw('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n');
    (await slow)();
    const answers = answersIn(await arriving);
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { body: 'slow' }],
      [400, expect.objectContaining({ code: 'BAD_REQUEST' })],
    ]);
  });

  it('are refused after the responses to all requests', async () => {
    const slow = new Promise<() => void>((resolve) => (onSlow = resolve));
    const arriving = served.raw(
      'GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /thing HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n',
    );
    (await slow)();
    expect(answersIn(await arriving).map(({ status }) => status)).toEqual([200, 200, 400]);
  });

  it('are ignored after `Connection: close`', async () => {
    const answers = await send(
      'GET /thing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /thing HTTP/1.1\r\n\r\n',
    );
    expect(answers.map(({ status }) => status)).toEqual([200]);
  });
});

describe('an incomplete body', () => {
  it('is refused once, with the id of its request', async () => {
    const [answer, ...more] = await send(
      `POST /thing HTTP/1.1\r\nX-Request-Id: r-chunk\r\n${chunked}2\r\n{}x\r\n`,
    );
    expect([answer!.status, answer!.body, more]).toEqual([
      400,
      expect.objectContaining({ code: 'BAD_REQUEST', requestId: 'r-chunk' }),
      [],
    ]);
    await served.log.first({ requestId: 'r-chunk' });
    expect(served.log.with({ requestId: 'r-chunk' })).toEqual([
      expect.objectContaining({ route: '/thing', status: 400 }),
    ]);
  });

  it('has a limit on chunk extensions', async () => {
    const [answer] = await send(`POST /thing HTTP/1.1\r\n${chunked}2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`);
    expect([answer!.status, answer!.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('closes the connection if its request was answered', async () => {
    const answers = await send(
      `POST /nothing HTTP/1.1\r\n${chunked.replace('application/json', 'text/none')}zz\r\n`,
    );
    expect(answers).toHaveLength(1);
    expect(answers[0]!.status).toBeGreaterThanOrEqual(400);
    expect(answers[0]!.status).toBeLessThan(500);
  });
});

describe('a connection that is refused', () => {
  it('is closed even if its client goes on sending', async () => {
    const socket = connect({ port: served.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {}).resume();
    socket.write('nonsense\r\n\r\n');
    const timer = setInterval(() => socket.write('more nonsense\r\n\r\n'), 20);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(timer);
    expect(socket.bytesWritten).toBeGreaterThan(12);
  });
});
