/** @full `test/features/storefront-failures.spec` holds what is rendered while a service is down. */
import { openChromium, openFirefox, type RunningBrowser } from '#test/neighbours/identity/browsers';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { DemoShop } from '#tools/launcher/demo-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Visitor } from './visitor.ts';

jest.setTimeout(180_000);

let shop: DemoShop;
beforeAll(async () => void (shop = await DemoShop.open({ RATE_LIMIT: 'off', CACHE: 'off', LOG_LEVEL: 'error' })));
afterAll(() => shop?.close());

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('the shop of npm start in %s', (_name, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    beforeAll(async () => void (browser = await open()));
    afterAll(() => browser?.close());

    it('goes on while the process of the orders service is killed, and sells again once it is back', async () => {
      const ada = await Visitor.of(await browser.newPerson(), shop.url);
      await ada.logIn();
      await ada.add('p9');
      await ada.visit('/shop');
      await ada.sees('#recentOrders .order-row');
      shop.kill('orders');
      try {
        await ada.visit('/shop');
        await ada.sees('#recentOrders.missing, #recentOrders.stale');
        await ada.sees('#recommendations .card');
        await ada.visit('/shop/checkout');
        await ada.enter('form[action="/shop/checkout"] button');
        await ada.reads('orders cannot be placed at the moment');
        expect(await ada.count()).toBe('1');
      } finally {
        await shop.revive('orders');
      }
      // The form of the page that was sorry has the same idempotency key.
      await ada.enter('form[action="/shop/checkout"] button');
      await ada.until(`location.pathname.startsWith('/shop/orders/') && all('ol.progress').length`);
      await ada.reads('Thank you!');
    });
  });
});
