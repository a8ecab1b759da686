import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { serve, type Served } from '#gateway/edge/listener/server.fixture';

const JSON_BODY = { a: 1, b: 'ü' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
let served: Served;
const sockets: Socket[] = [];

beforeAll(async () => {
  served = await serve(
    (server) => {
      server.post('/echo', async ({ body }) => ({ body: body ?? 'none' }));
      server.post('/form', { config: { takesForms: true } }, async ({ body }) => ({ body }));
      server.route({ method: 'QUERY', url: '/echo', handler: async ({ body }) => ({ body }) });
      server.patch('/echo', async ({ body }) => ({ body }));
      server.get('/small', async () => 'ok');
    },
    {
      REQUEST_READ_TIMEOUT_MS: '3000',
      MAX_IN_FLIGHT: '1',
      MAX_QUEUED: '50',
      MAX_UNFINISHED_BODIES_PER_ADDRESS: '20',
      TRUST_PROXY: 'loopback',
    },
  );
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
afterAll(() => served.stop());

function post(body: RequestInit['body'], headers: Record<string, string> = {}, path = '/echo') {
  return fetch(served.url + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** Sends the start of a body, and never the rest. @returns the response */
function unfinished(path: string, headers = 'Content-Type: application/json\r\n'): Promise<string> {
  const socket = connect(served.port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: 2000\r\n\r\n{`);
  return text(socket).catch(() => 'reset');
}

describe('a body', () => {
  it.each([
    ['an empty one', ''],
    ['none', undefined],
  ])('that is %s counts as none, although it has a type', async (_, body) => {
    const answer = await post(body);
    expect([answer.status, await answer.json()]).toEqual([200, { body: 'none' }]);
    expect(answer.headers.get('connection')).not.toBe('close');
  });

  it.each(['text/csv', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'that is none may have any type: %s',
    async (type) => {
      expect((await post(undefined, { 'content-type': type })).status).toBe(200);
    },
  );

  it('that is chunked and empty counts as none', async () => {
    const head = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n';
    expect(await served.raw(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(/200 OK[^]*"none"/);
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('in %s is read', async (coding, pack) => {
    const answer = await post(new Uint8Array(pack(JSON.stringify(JSON_BODY))), { 'content-encoding': coding });
    expect([answer.status, await answer.json()]).toEqual([200, { body: JSON_BODY }]);
  });

  it.each([
    ['ISO 8859-1', Buffer.from('{"a":"Zoë"}', 'latin1'), {}],
    ['ISO 8859-1, compressed', gzipSync(Buffer.from('{"a":"Zoë"}', 'latin1')), { 'content-encoding': 'gzip' }],
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFF{"a":1}', 'utf16le'), {}],
    ['UTF-8 that ends within a character', Buffer.from('{"a":"ü').subarray(0, -1), {}],
    ['a form with a byte of ISO 8859-1', Buffer.from('a=Zo%EB'), FORM],
    ['a form with a lone percent sign', Buffer.from('a=100%'), FORM],
  ])('that is %s is refused', async (_, body, headers) => {
    const path = headers === FORM ? '/form' : '/echo';
    const answer = await post(new Uint8Array(body), headers as Record<string, string>, path);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'BAD_REQUEST',
      errors: [{ field: 'body', message: expect.stringMatching(/^Must be (percent-encoded )?UTF-8$/) }],
    });
  });

  it.each([
    ['a byte order mark (RFC 8259, section 8.1)', '\uFEFF{"a":1,"b":"ü"}', {}, '/echo', JSON_BODY],
    [
      'a form with UTF-8, plus signs and an encoded percent sign',
      'a=Zo%C3%AB+100%25',
      FORM,
      '/form',
      { a: 'Zoë 100%' },
    ],
  ])('with %s is read', async (_, body, headers, path, read) => {
    const answer = await post(body, headers as Record<string, string>, path);
    expect([answer.status, await answer.json()]).toEqual([200, { body: read }]);
  });

  it('in an unsupported coding is 415, with the supported codings', async () => {
    const answer = await post('{}', { 'content-encoding': 'deflate' });
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'gzip, br, zstd']);
    // The client may still be sending: after a reset it would not see the answer.
    expect(answer.headers.get('connection')).not.toBe('close');
    expect(await answer.json()).toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      errors: [{ field: 'Content-Encoding' }],
    });
  });

  it.each([
    ['POST', '/echo', 'accept', 'application/json'],
    ['QUERY', '/echo', 'accept', 'application/json'],
    ['PATCH', '/echo', 'accept-patch', 'application/json, application/merge-patch+json'],
    ['POST', '/form', 'accept', 'application/x-www-form-urlencoded, application/json'],
  ])('of an unsupported type is 415, with the supported types: %s %s', async (method, path, header, types) => {
    const headers = { 'content-type': 'text/csv' };
    const answer = await fetch(served.url + path, { method, body: 'a', headers });
    expect([answer.status, answer.headers.get(header)]).toEqual([415, types]);
    expect(await answer.json()).toMatchObject({
      detail: `The Content-Type must be one of: ${types}.`,
      errors: [{ field: 'Content-Type' }],
    });
  });

  it.each([
    ['plain JSON labelled gzip', '{}', 'gzip', 400, 'BAD_REQUEST'],
    ['invalid JSON', '{"a":', '', 400, 'BAD_REQUEST'],
    ['a lone null', 'null', '', 200, undefined],
    ['an object with the key __proto__', '{"__proto__":{"a":1}}', '', 400, 'BAD_REQUEST'],
    ['one that is too large', JSON.stringify('x'.repeat(20_000)), '', 413, 'PAYLOAD_TOO_LARGE'],
    [
      'one that decodes to too much',
      new Uint8Array(gzipSync(Buffer.alloc(2_000_000))),
      'gzip',
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('that is %s is answered with its code', async (_, body, coding, status, code) => {
    const answer = await post(body, coding ? { 'content-encoding': coding } : {});
    expect([answer.status, ((await answer.json()) as { code?: string }).code]).toEqual([status, code]);
  });

  it('that exceeds the limit without a Content-Length is cut at the limit', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4_000).fill(32)),
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${served.url}/echo`, init as RequestInit).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(answer);
  });
});

describe('an unfinished body', () => {
  it('is answered 408 after its time limit, and the connection ends', async () => {
    const answer = await unfinished('/echo');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toMatch(/"code":"REQUEST_TIMEOUT".*"requestId":"[\w-]+"/);
    await served.log.first({ status: 408, route: '/echo' });
  });

  it('does not delay a response that does not need it', async () => {
    expect(await unfinished('/nowhere')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await unfinished('/echo', 'Content-Type: text/csv\r\n')).toMatch(/^HTTP\/1\.1 415 /);
  });

  it.each([
    ['of an unsupported type', 'Content-Type: multipart/form-data; boundary=x', 415],
    ['that is too large', 'Content-Type: application/json', 413],
  ])('and is %s is refused while its client sends, and the connection can be reused', async (_, type, status) => {
    const bytes = 20_000;
    const socket = connect(served.port, '127.0.0.1');
    sockets.push(socket);
    socket.write(`POST /echo HTTP/1.1\r\nHost: x\r\n${type}\r\nContent-Length: ${bytes}\r\n\r\n`);
    socket.write(' '.repeat(bytes - 1));
    const [refusal] = (await once(socket, 'data')) as [Buffer];
    expect(refusal.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.write(' GET /small HTTP/1.1\r\nHost: x\r\n\r\n');
    const [next] = (await once(socket, 'data')) as [Buffer];
    expect(next.toString()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('holds no place: with a limit of 1 and 20 unfinished bodies, other requests are answered', async () => {
    for (let n = 0; n < 20; n += 1) void unfinished('/echo');
    const others = Array.from({ length: 30 }, (_, n) => (n % 2 ? post('{}') : fetch(`${served.url}/small`)));
    expect(new Set((await Promise.all(others)).map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('is cut if its address has too many, the oldest first; complete bodies are not', async () => {
    const first = unfinished('/echo');
    await once(sockets.at(-1)!, 'connect');
    for (let n = 0; n < 20; n += 1) {
      void unfinished('/echo');
      await once(sockets.at(-1)!, 'connect');
    }
    expect((await post('{}')).status).toBe(200);
    const answer = await first;
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/retry-after: \d/i);
    expect(answer).toMatch(/"code":"OVERLOADED"/);
  });

  it('is counted by the /64 prefix of an IPv6 address', async () => {
    const from = (host: number) =>
      `Content-Type: application/json\r\nX-Forwarded-For: 2001:db8:0:1:${host}::1\r\n`;
    const first = unfinished('/echo', from(0));
    await once(sockets.at(-1)!, 'connect');
    for (let host = 1; host <= 20; host += 1) {
      void unfinished('/echo', from(host));
      await once(sockets.at(-1)!, 'connect');
    }
    expect(await first).toMatch(/^HTTP\/1\.1 503 [^]*"code":"OVERLOADED"/);
  });

  it('is not counted after its client has disconnected', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 15; n += 1) void unfinished('/echo');
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      sockets.splice(0).forEach((socket) => socket.destroy());
    }
    expect((await post('{}')).status).toBe(200);
  });
});
