import { describe, expect, it } from '@jest/globals';
import type { Arrival } from '#test/neighbours/proxies/arrivals';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

/** Every test has a client address of its own, none of which the gateway takes for a proxy. */
const CLIENT = '127.0.0.20';
const SOMEBODY = '203.0.113.9';

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };

/** Who a client is: the address that it comes from, whatever it says of itself. */
export function addresses(opened: () => ProxiedShop): void {
  /** The address that the gateway knows a session by, which was begun with these headers. */
  const addressWith = async (headers: Record<string, string>, from = CLIENT) => {
    const login = await opened().visit('/v1/auth/login', { method: 'POST', headers, body: ADA, from });
    const authorization = `Bearer ${login.json<{ accessToken: string }>().accessToken}`;
    const { json } = await opened().visit('/v1/auth/sessions', { headers: { authorization }, from });
    const { items } = json<{ items: { isCurrent: boolean; address: string }[] }>();
    return items.find(({ isCurrent }) => isCurrent)!.address;
  };

  describe('the address of a client', () => {
    it('is the one that it comes from', async () => {
      expect(await addressWith({})).toBe(CLIENT);
      expect(await addressWith({}, '127.0.0.21')).toBe('127.0.0.21');
    });

    it.each([
      ['X-Forwarded-For', { 'x-forwarded-for': SOMEBODY }],
      ['X-Forwarded-For, with the proxy behind it', { 'x-forwarded-for': `${SOMEBODY}, 127.0.0.1` }],
      ['X-Forwarded-For, with a port', { 'x-forwarded-for': `${SOMEBODY}:40001` }],
      ['Forwarded', { forwarded: `for=${SOMEBODY};proto=https;host=evil.example` }],
      ['X-Real-IP and X-Client-IP', { 'x-real-ip': SOMEBODY, 'x-client-ip': SOMEBODY }],
    ])('is not what it says in %s', async (_, headers) => {
      expect(await addressWith(headers)).toBe(CLIENT);
    });

    it('and what it says of scheme and host do not reach the gateway', async () => {
      const path = '/v1/products/p19?fields=product.id';
      const forged = {
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example',
        forwarded: 'proto=https',
      };
      await opened().visit(path, { headers: { ...forged, ...opened().access.of('u1') } });
      const { host } = new URL(opened().gateway.url);
      const [{ headers }, ...more] = opened().arrivals.of(path) as [Arrival, ...Arrival[]];
      expect(more).toEqual([]);
      expect([headers.host, headers['x-forwarded-proto'], headers['forwarded']]).toEqual([
        host,
        'http',
        undefined,
      ]);
      // Host says the same where a proxy does not send it.
      expect(headers['x-forwarded-host'] ?? host).toBe(host);
    });
  });
}
