import { describe, expect, it } from '@jest/globals';
import type { Abilities } from '#test/neighbours/proxies/deployed';
import { ORIGIN, type ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

const ENVELOPE = 'application/vnd.envelope+json';

/** What clients word differently and means the same. */
const ACCEPTS = [undefined, '*/*', 'application/json', 'application/json, text/plain, */*'];

/** Public pages: everybody's, from the proxy's cache where it is one, and never another client's form of them. */
export function publicPages({ copies, ages }: Abilities, opened: () => ProxiedShop): void {
  describe('a public page', () => {
    if (copies) {
      it('is asked for once, whoever asks', async () => {
        const path = '/v1/products/p11';
        const first = await opened().visit(path);
        expect([first.status, first.headers['cache-control']]).toEqual([200, expect.stringContaining('public')]);
        const requested = await opened().cached(path);
        const others = await Promise.all(['127.0.0.2', '127.0.0.3'].map((from) => opened().visit(path, { from })));
        expect(others.map(({ status, text }) => [status, text])).toEqual(others.map(() => [200, first.text]));
        expect(opened().reached(path)).toBe(requested);
        for (const { headers } of others) {
          if (ages) expect(headers.age).toMatch(/^(\d|[12]\d|30)$/);
          else expect(headers.age).toBeUndefined();
        }
      });

      it('tells nobody what was for the first who asked', async () => {
        const path = '/v1/products/p25';
        const requested = await opened().cached(path);
        for (const from of ['127.0.0.2', '127.0.0.3']) {
          const { headers } = await opened().visit(path, { from, headers: { 'x-request-id': `by-${from}` } });
          const own = ['ratelimit', 'ratelimit-policy', 'set-cookie', 'server-timing'];
          expect(own.filter((name) => name in headers)).toEqual([]);
          expect(headers['x-request-id'] ?? `by-${from}`).toBe(`by-${from}`);
        }
        expect(opened().reached(path)).toBe(requested);
      });

      it(`is held in ${copies === 1 ? 'one copy' : 'a copy for each wording'} for clients that word Accept differently`, async () => {
        const path = '/v1/products/p12';
        const requested = copies === 1 ? await opened().cached(path) : ACCEPTS.length;
        for (const accept of ACCEPTS) {
          const { status, json } = await opened().visit(path, { headers: accept ? { accept } : {} });
          expect([status, json<{ product: { id: string } }>().product.id]).toEqual([200, 'p12']);
        }
        expect(opened().reached(path)).toBe(requested);
      });
    }

    it('is another one for another query', async () => {
      const [one, other] = await Promise.all(
        [1, 2].map((page) => opened().visit(`/v1/products?pageSize=1&page=${page}`)),
      );
      expect(one!.text).not.toBe(other!.text);
    });

    it('comes in an envelope for who asks for one, before and after it is cached, and for nobody else', async () => {
      const path = '/v1/products/p13';
      const plainly = () => opened().visit(path, { headers: { accept: 'application/json' } });
      const enveloped = () => opened().visit(path, { headers: { accept: ENVELOPE } });
      for (let times = 0; times < 2; times += 1) {
        expect((await enveloped()).json()).toMatchObject({ code: 'OK', data: { product: { id: 'p13' } } });
        expect((await plainly()).json()).toMatchObject({ product: { id: 'p13' } });
      }
    });

    it('is refused in a version that does not exist, before and after it is cached', async () => {
      const path = '/v1/products/p14';
      for (let times = 0; times < 2; times += 1) {
        const named: Record<string, string>[] = [
          { 'accept-version': '9' },
          { accept: 'application/json;version=9' },
        ];
        for (const headers of named) expect((await opened().visit(path, { headers })).status).toBe(400);
        expect((await opened().visit(path)).status).toBe(200);
      }
    });

    it('may be read by pages of an allowed origin, before and after it is cached', async () => {
      const path = '/v1/products/p15';
      for (let times = 0; times < 2; times += 1) {
        const { headers } = await opened().visit(path, { headers: { origin: ORIGIN } });
        expect(headers['access-control-allow-origin']).toBe(ORIGIN);
        const stranger = await opened().visit(path, { headers: { origin: 'https://evil.example' } });
        expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
        expect((await opened().visit(path)).status).toBe(200);
      }
    });

    it('comes in no coding that its client does not take', async () => {
      const path = '/v1/products?pageSize=40';
      const codings = ['gzip', undefined, 'br', 'identity', 'zstd', 'gzip, br'];
      for (const coding of [...codings, ...codings]) {
        const { headers } = await opened().visit(path, { headers: coding ? { 'accept-encoding': coding } : {} });
        expect(`identity, ${coding}`.split(', ')).toContain(headers['content-encoding'] ?? 'identity');
      }
    });

    it('has a HEAD with the same headers and no body', async () => {
      const path = '/v1/products/p16';
      const whole = await opened().visit(path);
      const head = await opened().visit(path, { method: 'HEAD' });
      expect([head.status, head.text, head.headers.etag]).toEqual([200, '', whole.headers.etag]);
    });

    it('that is no page of ours is a problem, and not cached', async () => {
      const path = '/v1/nowhere-to-be-found';
      for (let times = 0; times < 2; times += 1)
        expect((await opened().visit(path)).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
      expect(opened().reached(path)).toBe(2);
    });
  });
}
