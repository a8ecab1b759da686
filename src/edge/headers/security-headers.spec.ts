import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
let behindProxy: Served;
const routes = (server: FastifyInstance) => {
  server.get('/things', () => ({}));
  server.get('/public', (_, reply) => reply.header('cache-control', 'public, max-age=60').send({}));
  server.get('/page', (_, reply) => reply.header('content-security-policy', "default-src 'self'").send('a page'));
  server.get('/broken', () => {
    throw new Error('a bug');
  });
};
beforeAll(async () => {
  [served, behindProxy] = await Promise.all([serve(routes), serve(routes, { TRUST_PROXY: 'loopback' })]);
});
afterAll(async () => {
  await Promise.all([served.stop(), behindProxy.stop()]);
});

const headersOf = async (path: string) => (await fetch(served.url + path)).headers;

describe('the security headers', () => {
  it.each(['/things', '/nothing', '/broken', '/page'])("are helmet's, on the answer of %s", async (path) => {
    const headers = await headersOf(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
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

  it.each(['/things', '/nothing', '/broken', '/page'])(
    'have HSTS over TLS alone, on the answer of %s',
    async (path) => {
      const hsts = async (at: string, headers?: Record<string, string>) =>
        (await fetch(at + path, { headers })).headers.get('strict-transport-security');
      const [https, http] = ['https', 'http'].map((proto) => ({ 'x-forwarded-proto': proto }));
      expect(await hsts(served.url)).toBeNull();
      // Any client can send this header.
      expect(await hsts(served.url, https)).toBeNull();
      expect(await hsts(behindProxy.url, https)).toBe('max-age=31536000; includeSubDomains');
      expect(await hsts(behindProxy.url, http)).toBeNull();
      expect(await hsts(behindProxy.url)).toBeNull();
    },
  );

  it('let a response load nothing, and forbid framing', async () => {
    for (const path of ['/things', '/broken']) {
      expect((await headersOf(path)).get('content-security-policy')).toBe(
        "default-src 'none';frame-ancestors 'none'",
      );
    }
    // A page has a policy of its own.
    expect((await headersOf('/page')).get('content-security-policy')).toBe("default-src 'self'");
  });

  it('keep responses out of caches, unless a handler sets Cache-Control', async () => {
    expect((await headersOf('/things')).get('cache-control')).toBe('no-store');
    expect((await headersOf('/nothing')).get('cache-control')).toBe('no-store');
    expect((await headersOf('/public')).get('cache-control')).toBe('public, max-age=60');
  });
});
