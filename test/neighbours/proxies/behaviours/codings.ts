import { describe, expect, it } from '@jest/globals';
import { fetchCoded } from '#gateway/edge/compression/coded.fixture';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

/** One after the other: each finds in the cache what the one before has left there. */
const CLIENTS = ['zstd', undefined, 'gzip, deflate', 'br', 'identity', 'gzip, deflate, br, zstd', 'gzip;q=0, br'];

const refuses = (accepted: string | undefined, coding: string): boolean =>
  !accepted?.split(', ').includes(coding) && coding !== 'identity';

/** Content codings: no client is given one that it does not accept, whoever has asked before it. */
export function codings(opened: () => ProxiedShop): void {
  describe('an answer', () => {
    it.each([
      ['that everybody may have', '/v1/products/p19', false],
      ['of the caller’s own', '/v1/home', true],
    ])('%s comes in a coding that its client accepts, before and after it is cached', async (_, path, isOwn) => {
      const { gateway, access } = opened();
      const texts = new Set<string>();
      for (const accepted of [...CLIENTS, ...CLIENTS]) {
        const headers = {
          ...(accepted !== undefined && { 'accept-encoding': accepted }),
          ...(isOwn && access.of('u1')),
        };
        const answer = await fetchCoded(gateway.url + path, headers);
        const coding = answer.headers['content-encoding'] ?? 'identity';
        expect([answer.status, accepted, coding, refuses(accepted, coding)]).toEqual([
          200,
          accepted,
          coding,
          false,
        ]);
        texts.add(answer.text);
        const again = await fetchCoded(gateway.url + path, { ...headers, 'if-none-match': answer.headers.etag! });
        expect([again.status, again.bytes.length]).toEqual([304, 0]);
      }
      expect([...texts].map((text) => JSON.parse(text))).toEqual([expect.any(Object)]);
    });
  });
}
