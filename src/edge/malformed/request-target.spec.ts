import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
beforeAll(async () => {
  served = await serve((server) => {
    server.get('/v1/things/:id', ({ params, query, host, hostname, originalUrl }) => ({
      ...(params as object),
      query,
      host,
      hostname,
      originalUrl,
    }));
    server.get('/v1/things', () => ({ body: 'all' }));
    server.get('/livez', () => ({}));
  });
});
afterAll(() => served.stop());

/** Sends a request with a custom request line. */
async function send(line: string, headers: Record<string, string> = { Host: 'a' }) {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const answer = await served.raw(`${line}\r\n${lines.join('')}\r\n`);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    head: head.toLowerCase(),
    body: JSON.parse(body || '{}') as Record<string, unknown>,
  };
}

describe('a target with a fragment, which clients keep for themselves (RFC 9110, section 7.1)', () => {
  it.each(['/livez#x', '/v1/things/t1#a=b', '/v1/things/t1?a=b#c', 'http://a/v1/things/t1#x'])(
    'is refused, not routed by what is before it: %s',
    async (target) => {
      const { status, body } = await send(`GET ${target} HTTP/1.1`);
      expect([status, body['code'], body['errors']]).toEqual([
        400,
        'BAD_REQUEST',
        [{ field: 'path', message: 'Must have no fragment; # in a path or query is %23' }],
      ]);
    },
  );
});

describe('a target in absolute form (RFC 9112, section 3.2.2)', () => {
  it.each([
    ['http://shop.example/v1/things/t1', 'shop.example'],
    ['https://shop.example/v1/things/t1', 'shop.example'],
    ['HTTP://Shop.Example:8080/v1/things/t1', 'Shop.Example:8080'],
    ['http://[::1]:3000/things/t1', '[::1]:3000'],
  ])('is routed by its path, and its authority is the host: %s', async (target, host) => {
    const { status, body } = await send(`GET ${target} HTTP/1.1`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: 't1', host, originalUrl: expect.stringMatching(/^\/.*things\/t1$/) });
  });

  it('keeps its query, also with a URL in it', async () => {
    const { body } = await send('GET http://shop.example/things/t1?a=http://b/c?d HTTP/1.1');
    expect(body).toMatchObject({ id: 't1', query: { a: 'http://b/c?d' } });
  });

  it.each(['http://shop.example', 'http://shop.example?a=b'])('may have no path: %s', async (target) => {
    expect(await send(`GET ${target} HTTP/1.1`)).toMatchObject({
      status: 404,
      body: { message: expect.stringMatching(/^Route GET:\/(\?a=b)? not found$/) },
    });
  });

  it('works with versions, negotiation and the envelope', async () => {
    const line = 'GET http://shop.example/things HTTP/1.1';
    expect((await send(line, { Host: 'a', 'Accept-Version': '2' })).status).toBe(400);
    expect((await send('GET http://shop.example/v2/things HTTP/1.1')).status).toBe(400);
    expect((await send(line, { Host: 'a', Accept: 'text/html' })).status).toBe(406);
    const { body, head } = await send(line, { Host: 'a', Accept: 'application/vnd.envelope+json' });
    expect(body).toEqual({ code: 'OK', message: 'OK', data: { body: 'all' } });
    expect(head).toContain('vary: accept, accept-version');
  });

  it.each([
    'ftp://shop.example/v1/things',
    'file:///v1/things',
    'ws://shop.example/v1/things',
    'http://user@shop.example/v1/things',
    'http://user:word@shop.example/v1/things',
    'http:///v1/things',
    'http://:80/v1/things',
    'http://[::1/v1/things',
    'http://shop.example:port/v1/things',
    'http://shop.example:99999/v1/things',
    'http://shop.example\\evil/v1/things',
    'http:/v1/things',
    'http:v1/things',
    'shop.example/v1/things',
    '*',
  ])('is refused if its form is unsupported or invalid: %s', async (target) => {
    const { status, body, head } = await send(`GET ${target} HTTP/1.1`);
    expect([status, body['code']]).toEqual([400, 'BAD_REQUEST']);
    expect(head).toContain('content-type: application/problem+json');
  });

  it('needs a Host header all the same', async () => {
    expect((await send('GET http://shop.example/v1/things HTTP/1.1', {})).status).toBe(400);
    const two = await served.raw(
      'GET http://a/v1/things HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(two).toMatch(/^HTTP\/1.1 400 /);
  });

  it('is refused like a path if it cannot be decoded or is too long', async () => {
    expect((await send('GET http://a/v1/%zz HTTP/1.1')).body).toMatchObject({ errors: [{ field: 'path' }] });
    expect((await send(`GET http://a/${'x'.repeat(9_000)} HTTP/1.1`)).status).toBe(414);
  });
});

describe('OPTIONS *', () => {
  it('lists the methods of the server (RFC 9110, section 9.3.7)', async () => {
    const { status, head } = await send('OPTIONS * HTTP/1.1');
    expect(status).toBe(204);
    expect(head).toContain('allow: get, head, query, post, put, patch, delete, options');
    expect(head).toContain('x-request-id: ');
  });

  it('is refused like any other request', async () => {
    expect((await send('OPTIONS * HTTP/1.1', {})).status).toBe(400);
  });
});

describe('HTTP/1.0', () => {
  it('needs no Host, and ends the connection', async () => {
    const answer = await served.raw('GET /v1/things HTTP/1.0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).not.toMatch(/transfer-encoding/i);
  });

  it('keeps the connection for clients that request it', async () => {
    const answer = await served.raw(
      'GET /v1/things HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /livez HTTP/1.0\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1.1 200 /g)).toHaveLength(2);
    expect(answer.toLowerCase()).toContain('connection: keep-alive');
  });

  it('gets refusals, too', async () => {
    expect(await served.raw('GET /v2/things HTTP/1.0\r\n\r\n')).toContain('"code":"BAD_REQUEST"');
  });
});
