import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from './server.fixture.ts';

let served: Served;
beforeAll(async () => {
  served = await serve((server) => {
    server.get('/things', () => ({}));
    server.get('/public', (_, reply) => reply.header('cache-control', 'public, max-age=60').send({}));
    server.get('/docs', () => 'a page');
    server.get('/docs/script.js', () => 'a script');
    server.get('/docsy', () => ({}));
    server.get('/broken', () => {
      throw new Error('a bug');
    });
  });
});
afterAll(() => served.stop());

const headersOf = async (path: string) => (await fetch(served.url + path)).headers;

describe('the security headers', () => {
  it.each(['/things', '/nothing', '/broken', '/docs'])("are helmet's, on the answer of %s", async (path) => {
    const headers = await headersOf(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'SAMEORIGIN',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
    });
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('server')).toBe(false);
  });

  it('let an answer load nothing, and be framed by nobody', async () => {
    for (const path of ['/things', '/docsy', '/broken']) {
      expect((await headersOf(path)).get('content-security-policy')).toBe(
        "default-src 'none';frame-ancestors 'none'",
      );
    }
  });

  it('let the reference load what is its own', async () => {
    for (const path of ['/docs', '/docs/script.js', '/docs?x']) {
      const policy = (await headersOf(path)).get('content-security-policy')!.split(';');
      expect(policy).toEqual(expect.arrayContaining(["default-src 'self'", "frame-ancestors 'none'"]));
      expect(policy.join()).not.toMatch(/unsafe-eval|script-src|https?:/);
    }
  });

  it('keep answers out of caches, unless a door says otherwise', async () => {
    expect((await headersOf('/things')).get('cache-control')).toBe('no-store');
    expect((await headersOf('/nothing')).get('cache-control')).toBe('no-store');
    expect((await headersOf('/public')).get('cache-control')).toBe('public, max-age=60');
  });
});
