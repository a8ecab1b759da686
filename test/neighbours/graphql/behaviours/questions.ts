import { describe, expect, it } from '@jest/globals';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { FRONT_ENDS } from '#test/neighbours/graphql/front-end-process';
import type { ShopOfClients } from '#test/neighbours/graphql/shop-of-clients';
import { HangingShop } from '#test/support/hanging-shop';

const MORE_THAN_THERE_IS = 99;

/** What every client asks, with its defaults. @param all the shop, once it is open */
export function questions(all: () => ShopOfClients): void {
  describe.each(FRONT_ENDS)('%s', (name) => {
    it('asks with variables', async () => {
      const { product } = await all().rest<{ product: Record<string, unknown> }>('/v1/products/p1');
      const page = {
        product: { id: 'p1', name: product['name'], rating: product['rating'], price: product['price'] },
      };
      expect(await all().frontEnd(name).call('product', { url: all().url, id: 'p1' })).toMatchObject(page);
    });

    it('is told that an order is refused by the type of the answer', async () => {
      const given = { ...all().as('u1'), productId: 'p1', quantity: MORE_THAN_THERE_IS };
      expect(await all().frontEnd(name).call('placeOrder', given)).toMatchObject({
        __typename: 'OrderRefused',
        code: 'OUT_OF_STOCK',
        lines: [{ productId: 'p1', requested: MORE_THAN_THERE_IS, available: expect.any(Number) }],
      });
      const accepted = { __typename: 'OrderAccepted', order: { status: 'PLACED' } };
      expect(
        await all()
          .frontEnd(name)
          .call('placeOrder', { ...given, quantity: 1 }),
      ).toMatchObject(accepted);
    });

    it('logs in, and is known from then on', async () => {
      const { email, password, name: called } = DEMO_ACCOUNTS[1]!;
      const result = await all().frontEnd(name).call('logIn', { url: all().url, email, password });
      expect(result).toEqual({ tokenType: 'Bearer', name: called });
    });

    it('asks for an object again by its id alone', async () => {
      const result = await all()
        .frontEnd(name)
        .call('refetch', { ...all().as('u1'), id: 'p2' });
      expect(result).toEqual({ __typename: 'Product', id: 'p2', name: expect.any(String) });
    });

    it('whose token has expired refreshes it, and asks again', async () => {
      const { email, password } = DEMO_ACCOUNTS[1]!;
      const { refreshToken } = await all().rest<{ refreshToken: string }>('/v1/auth/login', { email, password });
      const given = { ...all().asBefore('u2'), refreshToken };
      const { requested, answer } = await all().received(() => all().frontEnd(name).call('renew', given));
      expect([requested.length, answer]).toEqual([3, DEMO_ACCOUNTS[1]!.name]);
    });

    it('that leaves is no longer worked for', async () => {
      const hanging = await HangingShop.open();
      try {
        hanging.keep('ListOrders');
        const token = hanging.access.of('u1').authorization.slice('Bearer '.length);
        const answered = all().frontEnd(name).call('begin', { url: hanging.gateway.url, token });
        const call = await hanging.next('orders', 'ListOrders');
        await all().frontEnd(name).call('leave');
        await hanging.cancelled('orders', call);
        expect(await answered).toMatchObject({ data: null });
      } finally {
        await hanging.close();
      }
    });
  });
}
