import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { catalogue, GatewayError } from '#libs/errors';
import { freePort } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { Context } from '#libs/upstream';
import { type Answer, httpUpstreams, json } from './http-upstream.fixture.ts';

const { upstream, clientOf } = httpUpstreams();
const aContext = (timeoutMs = 3_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

async function failureOf(answer: Answer, context = aContext()): Promise<GatewayError> {
  const { client } = await upstream(answer);
  return client
    .operation('GET', '/users')(context, {})
    .then(
      () => Promise.reject(new Error('the call did not fail')),
      (error: GatewayError) => error,
    );
}

const html = '<!doctype html><title>Welcome to nginx</title>';

describe('a REST operation fails', () => {
  it.each([
    [400, 'UPSTREAM_BAD_RESPONSE'],
    [401, 'UPSTREAM_BAD_RESPONSE'],
    [404, 'NOT_FOUND'],
    [409, 'CONFLICT'],
    [422, 'VALIDATION_FAILED'],
    [429, 'OVERLOADED'],
    [500, 'UPSTREAM_BAD_RESPONSE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [504, 'UPSTREAM_TIMEOUT'],
  ])('where the upstream answers %i: %s, and none of its words but to the log', async (status, code) => {
    const error = await failureOf(json({ title: 'Failed', detail: 'the table users is locked' }, status));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({
      code,
      message: catalogue[error.code].title,
      detail: undefined,
      errors: undefined,
    });
    expect(error.cause).toMatchObject({ message: `HTTP ${status}: the table users is locked` });
  });

  it.each([
    ['https://users.example/users?ids=hunter2', 'https://users.example/users'],
    ['http://ada:hunter2@users.example/users#hunter2', 'http://users.example/users'],
    ['/users/?ids=hunter2', '/users/'],
  ])('by a redirect to %s, and the log names where it leads', async (location, named) => {
    const redirect: Answer = (response) => response.writeHead(301, { location }).end('<p>Moved</p>');
    const { code, cause } = await failureOf(redirect);
    expect([code, (cause as Error).message]).toEqual(['UPSTREAM_BAD_RESPONSE', `HTTP 301: redirects to ${named}`]);
    const { client } = await upstream(redirect);
    const stream = client.stream('POST', '/v1/answers', 'END')(aContext(), { body: {} });
    await expect(stream).rejects.toMatchObject({ cause: { message: `HTTP 301: redirects to ${named}` } });
  });

  it.each<[string, Answer]>([
    ['HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html)],
    ['HTML with an error', (response) => response.writeHead(500, { 'content-type': 'text/html' }).end(html)],
    ['no type at all', (response) => response.writeHead(200).end('{}')],
    ['nothing', (response) => response.writeHead(204).end()],
    [
      'broken JSON',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"users":['),
    ],
    ['empty JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end()],
    [
      'an error in broken JSON',
      (response) => response.writeHead(500, { 'content-type': 'application/json' }).end('{'),
    ],
  ])('with UPSTREAM_BAD_RESPONSE where the upstream answers %s', async (_, answer) => {
    expect(await failureOf(answer)).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', cause: expect.any(Error) });
  });

  it.each([404, 503])('with the code of %i even where its body is broken', async (status) => {
    const broken: Answer = (response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end('{');
    expect((await failureOf(broken)).status).toBe(status === 404 ? 404 : 502);
  });

  it('without quoting to the log an answer it cannot read: there may be secrets in it', async () => {
    const broken: Answer = (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"t":hunter2}');
    const { cause } = await failureOf(broken);
    expect(inspect(cause)).not.toContain('hunter2');
  });

  it.each([
    ['JSON', 100, { 'content-type': 'application/json' }],
    ['what cannot be decoded', 10, { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    ['what has an unknown coding', 10, { 'content-type': 'application/json', 'content-encoding': 'compress' }],
    ['what is no JSON', 10, { 'content-type': 'text/html' }],
  ])(
    'with UPSTREAM_BAD_RESPONSE where the answer never ends, without reading it all: %s',
    async (_, max, head) => {
      let sent = 0;
      let isCut = false;
      const endless: Answer = (response) => {
        response.writeHead(200, head);
        const piece = ' '.repeat(64 * 1024);
        const send = () => {
          while (!isCut && sent < 200 * 1024 * 1024 && response.write(piece)) sent += piece.length;
        };
        response.on('drain', send).on('close', () => (isCut = true));
        send();
      };
      expect(await failureOf(endless)).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
      expect(sent).toBeLessThan(max * 1024 * 1024);
    },
  );

  it('with UPSTREAM_BAD_RESPONSE where the upstream redirects: nobody goes where it points', async () => {
    const target = await upstream(json({}));
    const redirect: Answer = (response) => response.writeHead(302, { location: `${target.url}/users` }).end();
    expect(await failureOf(redirect)).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    expect(target.received).toEqual([]);
  });

  it('with UPSTREAM_UNAVAILABLE where nobody listens', async () => {
    const call = clientOf(`http://127.0.0.1:${await freePort()}`).operation('GET', '/users')(aContext(), {});
    await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', cause: { code: 'ECONNREFUSED' } });
  });

  it('with UPSTREAM_UNAVAILABLE where nobody has that name', async () => {
    const call = clientOf('http://upstream.invalid:80').operation('GET', '/users')(aContext(), {});
    await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it.each<[string, Answer]>([
    ['before it answers', (response) => response.destroy()],
    ['in the middle of its answer', (response) => response.write('{"users":', () => response.destroy())],
  ])('with UPSTREAM_UNAVAILABLE where the upstream hangs up %s', async (_, answer) => {
    const typed: Answer = (response, request) => {
      response.setHeader('content-type', 'application/json');
      answer(response, request);
    };
    expect(await failureOf(typed)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('with UPSTREAM_UNAVAILABLE where what answers does not speak HTTP', async () => {
    const sockets: Socket[] = [];
    const server = createServer(
      (socket) => void sockets.push(socket.on('data', () => socket.write('220 smtp\r\n'))),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const call = clientOf(`http://127.0.0.1:${port}`).operation('GET', '/users')(aContext(), {});
    await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
});
