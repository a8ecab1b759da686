import { describe, expect, it } from '@jest/globals';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

/** 304 from end to end: who has a page is not sent it again. */
export function validators(opened: () => ProxiedShop): void {
  describe('who has the page', () => {
    it.each([
      ['everybody may have', false],
      ['is their own', true],
    ])('that %s is answered 304 without a body', async (_, isOwn) => {
      const path = isOwn ? '/v1/me?fields=name' : '/v1/products/p18';
      const caller = isOwn ? opened().access.of('u1') : {};
      const { status, headers } = await opened().visit(path, { headers: caller });
      expect([status, headers.etag]).toEqual([200, expect.stringMatching(/^(W\/)?".+"$/)]);
      const again = { ...caller, 'if-none-match': headers.etag! };
      const answer = await opened().visit(path, { headers: again });
      expect([answer.status, answer.text]).toEqual([304, '']);
      // Squid 5.7 leaves it out of its own 304; the client goes on with the one it has.
      expect(answer.headers.etag ?? headers.etag).toBe(headers.etag);
      if (isOwn) expect(opened().arrivals.of(path).at(-1)?.headers['if-none-match']).toBe(headers.etag);
      const other = await opened().visit(path, { headers: { ...caller, 'if-none-match': '"another"' } });
      expect([other.status, other.text.length]).toEqual([200, expect.any(Number)]);
      expect(other.text).not.toBe('');
    });
  });
}
