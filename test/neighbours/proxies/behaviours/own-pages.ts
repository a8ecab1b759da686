import { describe, expect, it } from '@jest/globals';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';
import { visit } from '#test/neighbours/proxies/visit';
import { Browser } from '#test/support/browser';

const PASSWORDS = {
  u1: { email: 'ada@example.com', password: 'analytical-engine' },
  u2: { email: 'grace@example.com', password: 'nanosecond-wire' },
};
const CALLERS = ['u1', 'u2'] as const;

/** Pages of a caller's own: each is asked of the gateway, each time, and nobody is given another's. */
export function ownPages(opened: () => ProxiedShop): void {
  describe("a caller's own page", () => {
    it('is asked of the gateway each time, and is theirs: with tokens', async () => {
      const path = '/v1/me?fields=id,email';
      for (let times = 0; times < 2; times += 1) {
        for (const id of CALLERS) {
          const { status, json } = await opened().visit(path, { headers: opened().access.of(id) });
          expect([status, json()]).toMatchObject([200, { id, email: PASSWORDS[id].email }]);
        }
      }
      expect(opened().reached(path)).toBe(4);
    });

    it('is asked of the gateway each time, and is theirs: with cookies', async () => {
      const path = '/v1/me?fields=email,id';
      const browsers = await Promise.all(
        CALLERS.map(async (id) => {
          const browser = Browser.at(opened());
          expect((await browser.post('/bff/login', PASSWORDS[id])).status).toBe(204);
          return { id, browser };
        }),
      );
      for (let times = 0; times < 2; times += 1) {
        for (const { id, browser } of browsers)
          expect((await browser.get(path)).body).toEqual({ id, email: PASSWORDS[id].email });
      }
      expect(opened().reached(path)).toBe(4);
    });

    it('is asked of the gateway each time, and is theirs: with an API key', async () => {
      const path = '/v1/orders?first=3';
      const { shop, access } = opened();
      const made = await visit(`${shop.gateway.adminUrl}/admin/api-keys`, {
        method: 'POST',
        headers: access.admin,
        body: { name: 'Warehouse', scopes: ['orders:read'] },
      });
      const headers = { 'x-api-key': made.json<{ key: string }>().key };
      for (let times = 0; times < 2; times += 1) {
        const answer = await opened().visit(path, { headers });
        expect([answer.status, answer.headers.vary]).toEqual([200, expect.stringMatching(/X-API-Key/i)]);
        expect((await opened().visit(path)).status).toBe(401);
      }
      expect(opened().reached(path)).toBe(4);
    });

    it('is refused to anybody, before and after its caller had it', async () => {
      const path = '/v1/home?fields=user';
      for (let times = 0; times < 2; times += 1) {
        expect((await opened().visit(path)).status).toBe(401);
        const mine = await opened().visit(path, { headers: opened().access.of('u1') });
        expect(mine.json()).toMatchObject({ user: { id: 'u1' } });
      }
      expect(opened().reached(path)).toBe(4);
    });

    it('is theirs with GraphQL by GET, too', async () => {
      const path = `/graphql?query=${encodeURIComponent('{ me { id } }')}`;
      for (const id of [...CALLERS, ...CALLERS]) {
        const { json } = await opened().visit(path, {
          headers: { ...opened().access.of(id), accept: 'application/json' },
        });
        expect(json()).toEqual({ data: { me: { id } } });
      }
      expect(opened().reached(path)).toBe(4);
    });

    it('leaves no cookie to others: a session that is over is told to its browser alone', async () => {
      const path = '/v1/products/p17';
      const cookie = `__Host-Http-atrium=${'a'.repeat(65)}`;
      await opened().visit(path, { headers: { cookie, 'x-csrf': '1' } });
      expect((await opened().visit(path)).headers['set-cookie']).toBeUndefined();
    });
  });
}
