import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
beforeAll(async () => {
  served = await serve((server) => {
    server.get('/things/:id', () => ({}));
    server.get('/v1/words', () => ({}));
  });
});
afterAll(() => served.stop());

/** Status and JSON body of a raw answer. */
function parsed(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body: JSON.parse(body) as object };
}

const pathOf = (length: number, prefix = '/things/') => prefix + 'x'.repeat(length - prefix.length);

describe('a request', () => {
  it.each([['Host: a\r\nHost: a'], ['Host: a\r\nHost: b'], ['host: a\r\nX-Other: c\r\nHOST: b']])(
    'with two Host headers is refused, naming the header: %j',
    async (hosts) => {
      const { status, body } = parsed(
        await served.raw(`GET /things/1 HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`),
      );
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'BAD_REQUEST',
        errors: [{ field: 'Host', message: 'Must be given once' }],
      });
    },
  );

  it('with two Authorization headers is refused, whatever they are', async () => {
    const twice = 'Authorization: Bearer a\r\nauthorization: Basic b';
    const { status, body } = parsed(
      await served.raw(`GET /things/1 HTTP/1.1\r\nHost: a\r\n${twice}\r\nConnection: close\r\n\r\n`),
    );
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ errors: [{ field: 'Authorization', message: 'Must be given once' }] }),
    ]);
  });

  it.each([
    '',
    'Host: a b\r\n',
    'Host: a/b\r\n',
    'Host: user@a\r\n',
    'Host: a:b\r\n',
    'Host: [::1\r\n',
    'Host: ä\r\n',
  ])('with a missing or invalid host is refused: %j', async (host) => {
    const { status, head, body } = parsed(
      await served.raw(`GET /things/1 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`),
    );
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ code: 'BAD_REQUEST', errors: [expect.objectContaining({ field: 'Host' })] }),
    ]);
    expect(head).toContain('x-content-type-options: nosniff');
  });

  it.each(['', 'a', 'a:80', 'a:', '127.0.0.1:80', '[::1]:80', 'xn--nxa.example', 'a_b.c'])(
    'may have the host %j',
    async (host) => {
      const answer = await served.raw(`GET /things/1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(parsed(answer).status).toBe(200);
    },
  );

  it.each([
    ['1.1', 'xchunked'],
    ['1.1', 'identity'],
    ['1.1', 'gzip, chunked'],
    ['1.0', 'chunked'],
  ])(
    'of HTTP/%s with an ambiguous end of the body is refused, and its connection closed: %s',
    async (version, coding) => {
      const type = 'Content-Type: application/json';
      const answer = await served.raw(
        `POST /things HTTP/${version}\r\nHost: a\r\n${type}\r\nTransfer-Encoding: ${coding}\r\n\r\n`,
      );
      const { status, head, body } = parsed(answer);
      expect([status, body]).toMatchObject([400, { code: 'BAD_REQUEST' }]);
      expect(head).toContain('connection: close');
    },
  );

  it('may expect 100-continue, and nothing else', async () => {
    const send = (expected: string, version = '1.1') =>
      served.raw(`GET /things/1 HTTP/${version}\r\nHost: a\r\nExpect: ${expected}\r\nConnection: close\r\n\r\n`);
    for (const expected of ['100-continue', '100-Continue']) {
      // Nothing follows that it could be told to send.
      expect(await send(expected)).toMatch(/^HTTP\/1\.1 200 /);
    }
    for (const expected of ['nonsense', '100-continued', 'nonsense, 100-continue']) {
      const { status, head, body } = parsed((await send(expected)).replace('HTTP/1.1 100 Continue\r\n\r\n', ''));
      expect([status, body]).toMatchObject([417, { code: 'EXPECTATION_FAILED' }]);
      expect(head).toContain('x-request-id');
    }
    expect(parsed(await send('nonsense', '1.0')).status).toBe(200);
  });

  it('with one Host header passes, whatever its other headers', async () => {
    const other = 'X-Host: a\r\nHosts: b\r\nAccept: host';
    const answer = await served.raw(`GET /things/1 HTTP/1.1\r\nHost: a\r\n${other}\r\nConnection: close\r\n\r\n`);
    expect(parsed(answer).status).toBe(200);
  });

  it('may have a URL of 8,192 characters', async () => {
    expect((await fetch(served.url + pathOf(8_192))).status).toBe(200);
    expect((await fetch(served.url + pathOf(8_192, '/things/1?x='))).status).toBe(200);
    expect((await fetch(served.url + pathOf(8_192, '/words?x='))).status).toBe(200);
  });

  it.each(['/things/', '/things/1?x=', '/nothing/', '/words?x='])(
    'with a longer URL, after %s, is refused',
    async (prefix) => {
      const answer = await fetch(served.url + pathOf(8_193, prefix));
      expect(answer.status).toBe(414);
      expect(await answer.json()).toMatchObject({ code: 'URI_TOO_LONG', status: 414 });
    },
  );

  it('with an overlong path is refused like any other', async () => {
    const answer = await served.raw(
      `GET ${pathOf(9_000)} HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-long\r\nConnection: close\r\n\r\n`,
    );
    const { status, head, body } = parsed(answer);
    expect([status, body]).toMatchObject([414, { code: 'URI_TOO_LONG', requestId: 'r-long' }]);
    expect(head).toContain('x-request-id: r-long');
    expect(head).toContain('x-content-type-options: nosniff');
  });

  it.each(['/things/%zz', '/%', '/things/%E0%A4%A'])(
    'to %s, which cannot be decoded, is refused like any other',
    async (path) => {
      const answer = await served.raw(
        `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-bad\r\nConnection: close\r\n\r\n`,
      );
      const { status, head, body } = parsed(answer);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'BAD_REQUEST', requestId: 'r-bad', errors: [{ field: 'path' }] });
      expect(head).toContain('content-type: application/problem+json');
      expect(head).toContain('x-request-id: r-bad');
      expect(head).toContain('x-content-type-options: nosniff');
    },
  );
});
