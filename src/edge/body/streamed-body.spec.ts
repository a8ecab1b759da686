import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Pool } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { serve, type Served } from '#gateway/edge/listener/server.fixture';
import type { Streamed } from '#gateway/declare/streamed-body';
import { eventually } from '#libs/testing';

const STREAMED: Streamed = { types: ['text/csv'], maxBytes: 100_000, leastBytesPerSecond: 100 };
let served: Served;
/** How many handlers of `/import` have begun. */
let handled = 0;

beforeAll(async () => {
  served = await serve(
    (server) => {
      server.get('/small', async () => 'ok');
      server.post('/import', { config: { streamedBody: STREAMED } }, async ({ body }) => {
        handled += 1;
        let bytes = 0;
        for await (const chunk of body as Readable) bytes += (chunk as Buffer).length;
        return { bytes };
      });
      server.post('/coded', { config: { streamedBody: { ...STREAMED, isDecoded: true } } }, async ({ body }) => {
        let bytes = 0;
        for await (const chunk of body as Readable) bytes += (chunk as Buffer).length;
        return { bytes };
      });
      server.post('/any', { config: { streamedBody: { ...STREAMED, types: 'any' } } }, async () => {
        handled += 1;
      });
      server.post('/unread', { config: { streamedBody: STREAMED } }, () => ({ done: true }));
      server.post('/first', { config: { streamedBody: STREAMED } }, async ({ body }) => {
        for await (const chunk of body as Readable) return { first: String(chunk).slice(0, 3) };
        return {};
      });
    },
    {
      REQUEST_READ_TIMEOUT_MS: '200',
      BODY_LIMIT_BYTES: '1000',
      MAX_IN_FLIGHT: '1',
      MAX_QUEUED: '0',
      MAX_UNFINISHED_BODIES_PER_ADDRESS: '3',
    },
  );
});
afterAll(() => served.stop());

const send = (body: string, type = 'text/csv', path = '/import') =>
  fetch(`${served.url}${path}`, { method: 'POST', body, headers: { 'content-type': type } });

const CODINGS = [
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const;

const sendCoded = (body: Buffer, coding: string) =>
  fetch(`${served.url}/coded`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': 'text/csv', 'content-encoding': coding },
  });
const problemOf = async (answer: Response) =>
  (await answer.json()) as { status: number; detail: string; errors?: object[] };

/** Sends lines one by one, with a pause in milliseconds between them. */
async function slowly(lines: number, everyMs: number): Promise<string> {
  const socket = connect(served.port, '127.0.0.1').on('error', () => {});
  const length = lines * 100;
  socket.write(`POST /import HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: ${length}\r\n`);
  socket.write('Connection: close\r\n\r\n');
  const answer = text(socket);
  for (let line = 0; line < lines; line += 1) {
    socket.write('x'.repeat(100));
    await new Promise((resolve) => void setTimeout(resolve, everyMs));
  }
  return answer;
}

describe('a streamed body of any type', () => {
  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=a'])(
    'is no form, which most clients send by default: %s',
    async (type) => {
      const before = handled;
      const answer = await send('--a', type, '/any');
      expect([answer.status, await problemOf(answer), handled]).toMatchObject([
        415,
        { detail: 'The body must be the file itself, not a form.', errors: [{ field: 'Content-Type' }] },
        before,
      ]);
    },
  );

  it('is refused before the client is told to send a form', async () => {
    const head = 'POST /any HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=a\r\n';
    const answer = await served.raw(`${head}Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 415 /);
  });
});

describe('a body that a route reads as a stream', () => {
  it('may be larger than others, up to its own cap', async () => {
    expect(await (await send('x'.repeat(90_000))).json()).toEqual({ bytes: 90_000 });
    expect((await send('x'.repeat(100_001))).status).toBe(413);
  });

  it('that is no longer HTTP is refused at once, after what has arrived', async () => {
    const head =
      'POST /import HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (const chunks of ['zz\r\n', '3\r\nabc\r\nzz\r\n'])
      expect(await served.raw(`${head}${chunks}`)).toMatch(/^HTTP\/1.1 400 [^]*connection: close[^]*"requestId"/i);
  });

  it('may take longer than others', async () => {
    expect(await slowly(10, 60)).toMatch(/200 OK[^]*"bytes":1000/);
  });

  it('must have a type of the route, and no content coding', async () => {
    expect((await send('{}', 'application/json')).status).toBe(415);
    for (const coding of ['gzip', 'identity, gzip', 'lzma']) {
      const coded = { 'content-type': 'text/csv', 'content-encoding': coding };
      const { status, headers } = await fetch(`${served.url}/import`, {
        method: 'POST',
        body: 'x',
        headers: coded,
      });
      expect([coding, status, headers.get('accept-encoding')]).toEqual([coding, 415, 'identity']);
      expect(headers.get('connection')).not.toBe('close');
    }
  });

  it('may say that it has no content coding', async () => {
    for (const coding of ['identity', 'Identity', '']) {
      const coded = { 'content-type': 'text/csv', 'content-encoding': coding };
      const answer = await fetch(`${served.url}/import`, { method: 'POST', body: 'x', headers: coded });
      expect([coding, answer.status, await answer.json()]).toEqual([coding, 200, { bytes: 1 }]);
    }
  });

  it('is decoded where the route takes codings', async () => {
    for (const [coding, encode] of CODINGS) {
      const answer = await sendCoded(encode(Buffer.from(randomBytes(3_750).toString('hex'))), coding);
      expect([coding, await answer.json()]).toEqual([coding, { bytes: 7_500 }]);
    }
  });

  it('is decoded to the end of its last gzip member or zstd frame', async () => {
    for (const [coding, encode] of CODINGS.filter(([name]) => name !== 'br')) {
      const whole = Buffer.concat(['a,b\n', 'c,d\n'].map((line) => encode(Buffer.from(line))));
      expect([coding, await (await sendCoded(whole, coding)).json()]).toEqual([coding, { bytes: 8 }]);
    }
  });

  it('has its size limit after decoding, and one of 100 times what was sent', async () => {
    for (const [coding, encode] of CODINGS) {
      const noise = randomBytes(60_000).toString('hex');
      expect((await problemOf(await sendCoded(encode(Buffer.from(noise)), coding))).detail).toMatch(
        /100000 bytes/,
      );
      const bomb = await problemOf(await sendCoded(encode(Buffer.alloc(90_000)), coding));
      expect([bomb.status, bomb.detail]).toEqual([413, 'The body decodes to more than 100 times its size.']);
    }
  });

  it('is refused where it is not in its coding, ends too early or too late, or has an unknown one', async () => {
    for (const [coding, encode] of CODINGS) {
      const whole = encode(Buffer.from(randomBytes(9_000).toString('hex')));
      const longer = Buffer.concat([whole, coding === 'br' ? whole : Buffer.from('plain text')]);
      for (const body of [whole.subarray(0, whole.length / 2), longer, Buffer.from('plain text')]) {
        const { status, errors } = await problemOf(await sendCoded(body, coding));
        expect([status, errors]).toEqual([400, [{ field: 'body', message: `Cannot be decoded as ${coding}` }]]);
      }
    }
    const unknown = await sendCoded(Buffer.from('x'), 'lzma');
    expect([unknown.status, unknown.headers.get('accept-encoding')]).toEqual([415, 'gzip, br, zstd']);
  });

  it('reaches the handler before it ends', async () => {
    const socket = connect(served.port, '127.0.0.1').on('error', () => {});
    socket.write('POST /first HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 5000\r\n\r\na,b');
    const data = await new Promise((resolve) => void socket.once('data', resolve));
    expect(String(data)).toMatch(/200 OK/);
    socket.destroy();
  });

  it('that is not read to its end does not hold up the next request of its connection', async () => {
    const pool = new Pool(served.url, { connections: 1, pipelining: 1 });
    const headers = { 'content-type': 'text/csv' };
    const answers: number[] = [];
    for (const path of ['/first', '/unread', '/first']) {
      const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: 'x'.repeat(99_000) });
      await body.dump();
      answers.push(statusCode);
    }
    await pool.close();
    expect(answers).toEqual([200, 200, 200]);
  });

  it('that fails after the answer does not end the process', async () => {
    const socket = connect(served.port, '127.0.0.1').on('error', () => {});
    socket.write('POST /unread HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 5000\r\n\r\na,b');
    const data = await new Promise((resolve) => void socket.once('data', resolve));
    expect(String(data)).toMatch(/200 OK/);
    socket.destroy();
    expect(await (await send('x')).json()).toEqual({ bytes: 1 });
  });
});

describe('streamed bodies that do not end', () => {
  const sockets: Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

  /** Begins an upload. @returns ends it, and resolves to its answer */
  async function begun() {
    const socket = connect(served.port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    const head = 'POST /import HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nConnection: close\r\n';
    const before = handled;
    socket.write(`${head}Content-Length: 4\r\n\r\n`);
    await eventually(() => handled !== before);
    return () => {
      socket.write('a,b\n');
      return text(socket);
    };
  }

  it('hold no place: other requests are answered, uploads among them', async () => {
    await begun();
    await begun();
    expect(await (await send('a,b')).json()).toEqual({ bytes: 3 });
    expect(await (await fetch(`${served.url}/small`)).text()).toBe('ok');
  });

  it('are refused beyond the cap of their address, the newest one; those under way go on', async () => {
    const first = await begun();
    await begun();
    await begun();
    const refused = await send('a,b');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ code: 'OVERLOADED' });
    expect(await (await fetch(`${served.url}/small`)).text()).toBe('ok');
    expect(await first()).toMatch(/^HTTP\/1\.1 200 [^]*"bytes":4/);
    expect((await send('a,b')).status).toBe(200);
  });
});
