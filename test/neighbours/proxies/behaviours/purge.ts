import { describe, expect, it } from '@jest/globals';
import type { Abilities } from '#test/neighbours/proxies/deployed';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

/** Pages are forgotten by a tag of their Surrogate-Key, when an operator says so. */
export function purge({ purges }: Abilities, opened: () => ProxiedShop): void {
  if (!purges) return;
  const purged = (tag: string, from?: string) =>
    opened().visit('/', { method: 'PURGE', headers: { 'surrogate-key': tag }, from });

  describe('a purge', () => {
    it('forgets the pages with that tag, and no others', async () => {
      const [one, other] = ['/v1/products/p20?fields=product', '/v1/products/p21?fields=product'];
      for (const path of [one, other])
        expect((await opened().visit(path)).headers['surrogate-key']).toBeUndefined();
      expect((await purged('product:p2')).status).toBe(204);
      expect((await purged('product:p20')).status).toBe(204);
      for (const path of [one, other]) await opened().visit(path);
      expect([opened().reached(one), opened().reached(other)]).toEqual([2, 1]);
    });

    it('is refused to strangers, and without a plain tag', async () => {
      const path = '/v1/products/p22?fields=product';
      await opened().visit(path);
      expect((await purged('product:p22', '127.0.0.30')).status).toBe(403);
      expect((await purged('.*')).status).toBe(400);
      await opened().visit(path);
      expect(opened().reached(path)).toBe(1);
    });
  });
}
