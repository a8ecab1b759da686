import { describe, expect, it } from '@jest/globals';
import type { Deployed } from '#test/neighbours/proxies/deployed';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

/** 304 from end to end: who has a page is not sent it again. */
export function validators({ etag }: Deployed, opened: () => ProxiedShop): void {
  describe('who has the page', () => {
    it.each([
      ['everybody may have', false],
      ['is their own', true],
    ])('that %s is answered 304 without a body', async (_, isOwn) => {
      const path = isOwn ? '/v1/me?fields=name' : '/v1/products/p18';
      const caller = isOwn ? opened().access.of('u1') : {};
      const { status, headers, text } = await opened().visit(path, { headers: caller });
      // A strong one, which writes may name in If-Match.
      const form = etag === 'weak' && !isOwn ? /^W\/"[^"]+"$/ : /^"[^"]+"$/;
      expect([status, headers.etag]).toEqual([200, expect.stringMatching(form)]);
      // Varnish compares one tag alone, and sends the page for a list.
      const ofGateway = isOwn ? [`"another", W/${headers.etag}`, '*'] : [];
      for (const held of [headers.etag!, ...ofGateway]) {
        const answer = await opened().visit(path, { headers: { ...caller, 'if-none-match': held } });
        expect([held, answer.status, answer.text]).toEqual([held, 304, '']);
        if (etag === 'not in 304' && !isOwn) continue;
        expect(answer.headers.etag).toBe(headers.etag);
        expect(answer.headers['content-length'] ?? 'none').not.toBe('0');
        if (isOwn) expect(opened().arrivals.of(path).at(-1)?.headers['if-none-match']).toBe(held);
      }
      const other = await opened().visit(path, { headers: { ...caller, 'if-none-match': '"another"' } });
      expect([other.status, other.text, other.headers.etag]).toEqual([200, text, headers.etag]);
    });
  });
}
