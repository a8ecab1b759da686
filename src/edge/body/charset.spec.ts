import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { serve, type Served } from '#gateway/edge/listener/server.fixture';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';

const STREAMED = { maxBytes: 1_000, leastBytesPerSecond: 1 };
const echo = async ({ body }: FastifyRequest) => ({ body: body ?? 'none' });
const read = async ({ body }: FastifyRequest) => ({ body: await text(body as Readable) });
let served: Served;

beforeAll(async () => {
  served = await serve((server) => {
    server.route({ method: ['POST', 'QUERY', 'PATCH'], url: '/echo', handler: echo });
    server.post('/form', { config: { takesForms: true } }, echo);
    server.post('/text', { config: { streamedBody: { types: ['text/csv'], isText: true, ...STREAMED } } }, read);
    server.post('/bytes', { config: { streamedBody: { types: 'any', ...STREAMED } } }, read);
  });
});
afterAll(() => served.stop());

const send = (method: string, path: string, type: string, body = '{}') =>
  fetch(served.url + path, { method, body: body || null, headers: { 'content-type': type } });

describe('a body', () => {
  it.each([
    ['POST', '/echo', 'application/json; charset=utf-16'],
    ['POST', '/echo', 'application/json;Charset="ISO-8859-1"'],
    ['POST', '/echo', 'application/json; version=1; charset = windows-1252'],
    ['QUERY', '/echo', 'application/json; charset=utf-16le'],
    ['PATCH', '/echo', 'application/merge-patch+json; charset=iso-8859-15'],
    ['POST', '/form', 'application/x-www-form-urlencoded; charset=ISO-8859-1'],
    ['POST', '/text', 'text/csv; header=present; charset=utf-16'],
  ])('in another charset than UTF-8 is 415: %s %s as %s', async (method, path, type) => {
    const answer = await send(method, path, type);
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      detail: expect.stringContaining('charset'),
      errors: [{ field: 'Content-Type', message: expect.stringContaining('charset') }],
    });
  });

  it.each([
    ['/echo', 'application/json;charset=UTF-8'],
    ['/echo', 'application/json; charset="utf-8"'],
    ['/echo', 'application/json; charset=utf8'],
    ['/echo', 'application/json; charset=US-ASCII'],
    ['/echo', 'application/json; charset='],
    ['/text', 'text/csv; charset="UTF-8"; header=present'],
    ['/bytes', 'text/plain; charset=iso-8859-1'],
  ])('in UTF-8, or of bytes, may have a charset: %s as %s', async (path, type) => {
    expect((await send('POST', path, type)).status).toBe(200);
  });

  it('that is none may have any charset', async () => {
    expect((await send('POST', '/echo', 'application/json; charset=utf-16', '')).status).toBe(200);
  });
});
