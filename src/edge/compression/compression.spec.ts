import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';
import { FORM_COOKIE, SESSION_COOKIE } from '#gateway/identity/browser/cookies';
import type { FastifyReply } from 'fastify';
import { fetchCoded } from './coded.fixture.ts';

const LONG = JSON.stringify({ text: 'a body that is long enough, '.repeat(100) });
const SHORT = JSON.stringify({ text: 'too short' });
/** Large enough to be compressed on a worker thread. */
const HUGE = JSON.stringify({ text: 'a body that is very long, '.repeat(4_000) });
const json = (reply: FastifyReply) => reply.type('application/json; charset=utf-8');

let served: Served;
beforeAll(async () => {
  const routes: Parameters<typeof serve>[0] = (server) => {
    server.get('/long', (_, reply) => json(reply).header('etag', '"l"').send(LONG));
    server.get('/bytes', (_, reply) => json(reply).send(Buffer.from(LONG)));
    server.get('/short', (_, reply) => json(reply).header('etag', '"s"').send(SHORT));
    server.get('/umlauts', (_, reply) => reply.type('text/plain').send('\u00e4'.repeat(600)));
    server.get('/huge', (_, reply) => json(reply).send(HUGE));
    server.get('/weak', (_, reply) => json(reply).header('etag', 'W/"w"').send(LONG));
    server.get('/varied', (_, reply) => json(reply).header('vary', 'Accept, Origin').send(LONG));
    server.post('/long', (_, reply) => json(reply).send(LONG));
    server.get('/secret', { config: { isUncompressed: true } }, (_, reply) => json(reply).send(LONG));
    server.get('/cookie', (_, reply) => json(reply).header('set-cookie', 'a=b').send(LONG));
    const page = { config: { kind: 'page' as const } };
    server.get('/form', page, (_, reply) => json(reply).header('set-cookie', `${FORM_COOKIE.name}=x`).send(LONG));
    server.get('/no-page', page, (_, reply) => json(reply).code(404).send(LONG));
    server.post('/form', page, (_, reply) => json(reply).code(422).send(LONG));
    server.get('/session', page, (_, reply) =>
      json(reply)
        .header('set-cookie', [`${FORM_COOKIE.name}=x`, `${SESSION_COOKIE.name}=y`])
        .send(LONG),
    );
    server.get('/packed', (_, reply) => json(reply).header('content-encoding', 'deflate').send(LONG));
    server.get('/as-it-is', (_, reply) =>
      json(reply).header('cache-control', 'no-store, no-transform').send(LONG),
    );
    server.get('/refused', (_, reply) => json(reply).code(422).send(LONG));
    server.get('/part', (_, reply) => json(reply).code(206).header('content-range', 'bytes 0-9/99').send(LONG));
    server.get('/nothing', (_, reply) => reply.code(204).send());
    server.get('/known', (_, reply) => reply.code(304).header('etag', '"l-br"').send());
    server.get('/picture', (_, reply) => reply.type('image/png').send(Buffer.alloc(5_000)));
    server.get('/events', (_, reply) => reply.type('text/event-stream').send('data: 1\n\n'.repeat(500)));
    server.get('/lines', (_, reply) => reply.type('application/x-ndjson').send(Readable.from(['{}\n', '{}\n'])));
    server.get('/live', (_, reply) =>
      json(reply)
        .header('etag', '"l"')
        .send(Readable.from([LONG])),
    );
    server.get('/faulty', (_, reply) => {
      const faulty = new Readable({ read: () => faulty.destroy(new Error('broken')) });
      return json(reply).send(faulty);
    });
  };
  served = await serve(routes);
});
afterAll(() => served?.stop());

const get = (path: string, coding?: string, method = 'GET') =>
  fetchCoded(served.url + path, coding === undefined ? {} : { 'accept-encoding': coding }, { method });

describe('an answer', () => {
  it.each(['zstd', 'br', 'gzip'])('comes in %s to a client that accepts it', async (coding) => {
    for (const path of ['/long', '/bytes', '/huge']) {
      const { status, headers, bytes, text } = await get(path, coding);
      expect([status, headers['content-encoding'], headers['vary']]).toEqual([200, coding, 'Accept-Encoding']);
      expect(text).toBe(path === '/huge' ? HUGE : LONG);
      expect(headers['content-length']).toBe(`${bytes.length}`);
      expect(bytes.length).toBeLessThan(text.length / 5);
    }
  });

  it('is uncompressed for clients that send no Accept-Encoding or prefer identity, and varies by it', async () => {
    for (const coding of [undefined, '', 'identity', 'deflate', 'gzip;q=0.5, identity']) {
      const { headers, text } = await get('/long', coding);
      expect(headers['content-encoding']).toBeUndefined();
      expect([headers['vary'], headers['content-length'], text]).toEqual([
        'Accept-Encoding',
        `${LONG.length}`,
        LONG,
      ]);
    }
  });

  it('keeps the other names in Vary', async () => {
    expect((await get('/varied', 'br')).headers['vary']).toBe('Accept, Origin, Accept-Encoding');
  });

  it('has its own strong entity tag in each coding', async () => {
    expect((await get('/long')).headers['etag']).toBe('"l"');
    expect((await get('/long', 'zstd')).headers['etag']).toBe('"l-zstd"');
    expect((await get('/weak', 'zstd')).headers['etag']).toBe('W/"w"');
  });

  it.each(['/long', '/huge', '/short'])('has the same headers for HEAD and GET: %s', async (path) => {
    const [got, head] = [await get(path, 'gzip'), await get(path, 'gzip', 'HEAD')];
    expect(head.bytes.length).toBe(0);
    for (const name of ['content-encoding', 'content-length', 'etag', 'vary', 'content-type'])
      expect([name, head.headers[name]]).toEqual([name, got.headers[name]]);
  });

  it('is not compressed below the minimum size, unless its client refuses identity', async () => {
    const { headers } = await get('/short', 'gzip');
    expect([headers['content-encoding'], headers['vary'], headers['etag']]).toEqual([
      undefined,
      'Accept-Encoding',
      '"s"',
    ]);
    const refused = await get('/short', 'gzip, identity;q=0');
    expect([refused.headers['content-encoding'], refused.text]).toEqual(['gzip', SHORT]);
    expect((await get('/umlauts', 'gzip')).headers['content-encoding']).toBe('gzip');
  });

  it.each([
    ['has no content', '/nothing'],
    ['is a partial response', '/part'],
    ['is an error', '/refused'],
    ['sets a cookie', '/cookie'],
    ['is a page that sets another cookie beside that of its forms', '/session'],
    ['may not be transformed', '/as-it-is'],
    ['is not text', '/picture'],
    ['is a stream of events', '/events'],
    ['is of a route that declares it', '/secret'],
  ])('is unchanged if it %s, whatever its client accepts', async (_, path) => {
    for (const coding of ['gzip', 'gzip, identity;q=0']) {
      const { headers } = await get(path, coding);
      expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined]);
    }
  });

  it.each(['/form', '/no-page'])(
    'is compressed if it is a page, although it sets the cookie of its forms or is an error: %s',
    async (path) => {
      const { headers, text } = await get(path, 'gzip');
      expect([headers['content-encoding'], headers['vary'], text]).toEqual(['gzip', 'Accept-Encoding', LONG]);
    },
  );

  it('is unchanged if it is the page that a form is answered with, which quotes the form', async () => {
    const { headers } = await fetchCoded(
      `${served.url}/form`,
      { 'accept-encoding': 'gzip' },
      { method: 'POST', body: {} },
    );
    expect(headers['content-encoding']).toBeUndefined();
  });

  it('is unchanged if it has a content coding', async () => {
    const { headers, bytes } = await get('/packed', 'gzip');
    expect([headers['content-encoding'], headers['vary'], String(bytes)]).toEqual(['deflate', undefined, LONG]);
  });

  it.each(['zstd', 'br', 'gzip'])('is compressed as it comes if its length is unknown: %s', async (coding) => {
    const { headers, text } = await get('/live', coding);
    expect([headers['content-encoding'], headers['etag'], text]).toEqual([coding, `"l-${coding}"`, LONG]);
    expect((await get('/live')).text).toBe(LONG);
    expect((await get('/lines', coding)).text).toBe('{}\n{}\n');
  });

  it('is an error without a coding if its stream fails before it begins', async () => {
    const { status, headers, text } = await get('/faulty', 'gzip');
    expect([status, headers['content-encoding'], JSON.parse(text)]).toMatchObject([
      500,
      undefined,
      { code: 'INTERNAL' },
    ]);
  });

  it('is unchanged if it answers a write', async () => {
    const { headers } = await fetchCoded(`${served.url}/long`, { 'accept-encoding': 'gzip' }, { method: 'POST' });
    expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined]);
  });

  it('that is 304 has no coding, and the Vary of the response with content', async () => {
    const { status, headers } = await get('/known', 'br');
    expect([status, headers['content-encoding'], headers['vary'], headers['etag']]).toEqual([
      304,
      undefined,
      'Accept-Encoding',
      '"l-br"',
    ]);
  });
});
