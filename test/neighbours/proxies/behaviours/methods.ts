import { expect, it } from '@jest/globals';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

/** Requests of every method that the gateway has reach it, and it alone answers them. */
export function methods(opened: () => ProxiedShop): void {
  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])(
    '%s reaches the gateway, from anywhere',
    async (method) => {
      const path = `/v1/orders/none-of-this-name?by=${method}`;
      const from = '127.0.0.40';
      const body = ['POST', 'PUT', 'PATCH', 'QUERY'].includes(method) ? { a: 1 } : undefined;
      const { headers } = await opened().visit(path, { method, headers: opened().access.of('u1'), body, from });
      // nginx asks with GET where it could cache the answer.
      const requested = method === 'HEAD' ? expect.stringMatching(/^(HEAD|GET)$/) : method;
      expect(opened().arrivals.of(path)).toMatchObject([{ method: requested }]);
      expect(headers['x-request-id']).toEqual(expect.any(String));
    },
  );
}
