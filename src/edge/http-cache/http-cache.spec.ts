import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Before, servePages } from './http-cache.fixture.ts';

let open: Awaited<ReturnType<typeof servePages>>;
afterEach(async () => {
  jest.restoreAllMocks();
  await open.served.stop();
});

const serve = async (before?: Before, environment?: Record<string, string>) =>
  (open = await servePages(before, environment));

/** Advances the clock of the cache by a number of seconds. */
function later(seconds: number): void {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + seconds * 1000);
}

describe('a 304', () => {
  it.each(['GET', 'HEAD'])('has no content headers, for %s', async (method) => {
    const { wire } = await serve();
    const { headers } = await wire(method, '/pages/1');
    const answer = await wire(method, '/pages/1', { 'if-none-match': headers['etag']! });
    expect([answer.status, answer.content]).toEqual([304, '']);
    for (const name of ['content-length', 'content-type', 'transfer-encoding']) {
      expect(answer.headers).not.toHaveProperty(name);
    }
    for (const name of ['etag', 'cache-control', 'vary', 'surrogate-key', 'cache-groups']) {
      expect([name, answer.headers[name]]).toEqual([name, headers[name]]);
    }
  });

  it('is sent if any tag in the list matches, weak or strong, and not otherwise', async () => {
    const { wire } = await serve();
    const { headers } = await wire('GET', '/pages/1');
    const etag = headers['etag']!;
    const statusFor = async (known: string) => (await wire('GET', '/pages/1', { 'if-none-match': known })).status;
    for (const known of ['*', `"a,b", W/${etag}`, `, ${etag},`]) expect(await statusFor(known)).toBe(304);
    for (const known of ['"*"', `"x,${etag.slice(1)}`, `${etag} x`, 'x']) expect(await statusFor(known)).toBe(200);
  });

  it('is never the answer to a POST', async () => {
    const { wire } = await serve();
    const { headers } = await wire('GET', '/pages/1');
    const answer = await wire('POST', '/pages/1', { 'if-none-match': headers['etag']!, 'content-length': '0' });
    expect([answer.status, answer.headers['cache-control'], answer.headers['etag']]).toEqual([
      200,
      'no-store',
      undefined,
    ]);
  });
});

describe('a response that its handler lets caches keep', () => {
  const document = '{"openapi":"3.1.0"}';
  const serveDocument = async (headers: Record<string, string>, status = 200) => {
    open = await servePages(
      () => {},
      {},
      (server) => {
        server.get('/document', (_, reply) =>
          reply.code(status).headers(headers).type('application/json; charset=utf-8').send(document),
        );
      },
    );
    return (method: string, sent: Record<string, string> = {}) => open.wire(method, '/document', sent);
  };

  it.each(['public, max-age=300', 'no-cache', 'private, max-age=5'])(
    'has a tag, and is 304 to who has it: %s',
    async (control) => {
      const send = await serveDocument({ 'cache-control': control, vary: 'Origin' });
      for (const method of ['GET', 'HEAD']) {
        const { headers } = await send(method);
        const known = await send(method, { 'if-none-match': headers['etag']! });
        expect([known.status, known.content]).toEqual([304, '']);
        for (const name of ['etag', 'cache-control', 'vary'])
          expect([name, known.headers[name]]).toEqual([name, headers[name]]);
        expect(known.headers).not.toHaveProperty('content-length');
        expect((await send(method, { 'if-none-match': '"other"' })).status).toBe(200);
        const refused = await send(method, { 'if-match': '"other"' });
        expect([refused.status, refused.headers['cache-control']]).toEqual([412, 'no-store']);
      }
    },
  );

  it.each<[string, Record<string, string>, number, string | undefined]>([
    ['may not be kept', { 'cache-control': 'private, no-store' }, 200, undefined],
    ['has its name from its content', { 'cache-control': 'public, immutable' }, 200, undefined],
    ['is an error', { 'cache-control': 'public, max-age=5' }, 404, undefined],
    ['has a tag of its handler', { 'cache-control': 'no-cache', etag: '"own"' }, 200, '"own"'],
  ])('has no tag of ours where it %s', async (_, headers, status, etag) => {
    const send = await serveDocument(headers, status);
    expect((await send('GET')).headers['etag']).toBe(etag);
  });
});

describe('a read', () => {
  it('is refused if If-Match names another representation', async () => {
    const { wire } = await serve();
    const etag = (await wire('GET', '/pages/1')).headers['etag']!;
    for (const match of ['"x"', `W/${etag}`]) {
      const { status, headers, content } = await wire('GET', '/pages/1', {
        'if-match': match,
        'if-none-match': etag,
      });
      expect([status, JSON.parse(content).code, headers['cache-control']]).toEqual([
        412,
        'PRECONDITION_FAILED',
        'no-store',
      ]);
      expect(headers['content-length']).toBe(String(content.length));
      expect((await wire('HEAD', '/pages/1', { 'if-match': match })).status).toBe(412);
    }
    for (const match of [etag, '*', `"x", ${etag}`]) {
      expect((await wire('GET', '/pages/1', { 'if-match': match })).status).toBe(200);
    }
  });
});

describe('a HEAD', () => {
  it('has every header of the GET, its length included', async () => {
    const { wire } = await serve();
    await wire('GET', '/pages/1');
    const [got, head] = [await wire('GET', '/pages/1'), await wire('HEAD', '/pages/1')];
    const stable = ({ date: _, ...headers }: Record<string, string>) => headers;
    expect(stable(head.headers)).toEqual(stable(got.headers));
    expect([head.content, head.headers['content-length']]).toEqual(['', String(got.content.length)]);
  });
});

describe('a stale response', () => {
  it('has its lifetime, its age, and nothing left for caches that ignore age', async () => {
    const { wire } = await serve();
    await wire('GET', '/pages/1');
    later(48);
    const { headers } = await wire('GET', '/pages/1');
    expect(headers).toMatchObject({
      age: '48',
      'cache-control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=3600',
      'x-accel-expires': '0',
    });
  });

  it('is not cacheable if it is served because its upstream failed', async () => {
    const { wire, pages } = await serve();
    const { headers: before } = await wire('GET', '/pages/1');
    pages.isDown = true;
    later(100);
    const known = { 'if-none-match': before['etag']! };
    const { status, headers, content } = await wire('GET', '/pages/1', known);
    expect([status, JSON.parse(content)]).toEqual([200, { id: '1', count: 1 }]);
    expect(headers).toMatchObject({ age: '100', 'cache-control': 'no-store', 'x-accel-expires': '0' });
    for (const name of ['etag', 'surrogate-key', 'cache-groups']) expect(headers).not.toHaveProperty(name);
  });
});

describe('a header about one request or its caller', () => {
  const callersOwn = {
    ratelimit: '"anonymous";r=1;t=1',
    'ratelimit-policy': '"anonymous";q=1;w=1',
    'set-cookie': '__Host-Http-atrium=; Max-Age=0; Path=/',
    'dpop-nonce': 'n1',
  };

  it('is not on a response that shared caches store, nor on its 304', async () => {
    const tries = { upstream: 'pages', method: 'page', number: 1, isHedge: false, outcome: 'OK' };
    const { wire } = await serve((reply, { context }) => {
      void reply.headers(callersOwn);
      context.tries.push({ ...tries, durationMs: 4, queueMs: 0, breaker: 'CLOSED' });
    });
    const { headers } = await wire('GET', '/pages/1');
    const unchanged = await wire('GET', '/pages/1', { 'if-none-match': headers['etag']! });
    const head = await wire('HEAD', '/pages/1');
    expect([headers['cache-control'], unchanged.status]).toEqual([expect.stringMatching(/^public/), 304]);
    for (const answer of [headers, unchanged.headers, head.headers]) {
      for (const name of [...Object.keys(callersOwn), 'server-timing', 'x-request-id']) {
        expect(answer).not.toHaveProperty(name);
      }
    }
  });

  it('is on a private response', async () => {
    const { wire } = await serve((reply) => void reply.headers(callersOwn));
    const { headers } = await wire('GET', '/notes/1', { 'x-request-id': 'r1' });
    expect(headers).toMatchObject({
      ...callersOwn,
      'cache-control': 'private, no-cache',
      'x-request-id': 'r1',
      vary: 'Accept, Accept-Version, Authorization, Cookie, X-API-Key',
    });
    expect(headers).not.toHaveProperty('x-accel-expires');
  });

  it.each([
    ['public, max-age=0', false],
    ['max-age=60', false],
    ['s-maxage=60', false],
    ['private, max-age=60', true],
    ['max-age=60, no-store', true],
    ['no-cache', true],
  ])('depends on the Cache-Control of the handler: %s', async (control, isKept) => {
    const { wire } = await serve((reply) => void reply.header('cache-control', control));
    const { headers } = await wire('GET', '/pages/1');
    expect('x-request-id' in headers).toBe(isKept);
  });
});
