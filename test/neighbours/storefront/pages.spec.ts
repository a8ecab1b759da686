import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChromium, openFirefox, type RunningBrowser } from '#test/neighbours/identity/browsers';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import { buildStorefront } from '#tools/launcher/storefront';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Visitor } from './visitor.ts';

jest.setTimeout(180_000);

const WIDTHS = [320, 1280];
const OF_EVERYBODY = [
  '/shop',
  '/shop/search?q=lamp',
  '/shop/search?q=nothing-like-this',
  '/shop/products/p9',
  '/shop/login',
  // A page that needs a login, a form that was refused, and an address outside of the shop.
  '/shop/orders',
  `/shop/search?q=${'long'.repeat(99)}`,
  '/nothing',
];
const OF_CUSTOMERS = [
  '/shop',
  '/shop/cart',
  '/shop/checkout',
  '/shop/orders',
  '/shop/orders/o8000',
  '/shop/orders/o8000/chat',
  '/shop/account',
  '/shop/products/p1/review',
  '/shop/assistant',
];
const OF_ERRORS = ['/shop/nothing', '/shop/orders/nothing', '/shop/offline'];
/** While the orders service is down: without a part, and with the status 502. */
const OF_FAILURES = ['/shop', '/shop/orders'];
/** What browsers log of a page with the status of an error, and Firefox of one that is left while it is being sent. */
const EXPECTED = /Failed to load resource|404|A ServiceWorker intercepted/;

let shop: Shop;
let folder: string;
let axe: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storefront-'));
  await buildStorefront(folder);
  // A service comes and goes here faster than breakers settle.
  const environment = { UPSTREAMS_FILE: 'test/support/measure-only.json' };
  shop = await Shop.open({ STOREFRONT_DIR: folder, NODE_ENV: 'test', ...environment });
  axe = await readFile('node_modules/axe-core/axe.min.js', 'utf8');
});
afterAll(async () => {
  await shop?.close();
  await rm(folder, { recursive: true, force: true });
});

const LOOKS = [
  ['Chromium', 'light', chromium, openChromium],
  ['Chromium', 'dark', chromium, openChromium],
  ['Firefox', 'light', firefox, openFirefox],
  ['Firefox', 'dark', firefox, openFirefox],
] as const;
/** The checker has the same rules in each browser: one is enough between releases. */
const TRIED = LOOKS.filter(([name]) => process.env['NEIGHBOURS_ALL'] || name === 'Chromium');

describe.each(TRIED)('the pages of the storefront in %s, %s', (_name, scheme, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    beforeAll(async () => void (browser = await open({ isDark: scheme === 'dark' })));
    afterAll(() => browser?.close());

    /** What the checker finds on a page. It is run past the policy of the page, which lets no other script in. */
    async function violations(visitor: Visitor): Promise<string[]> {
      await visitor.tab.run(axe);
      const found = await visitor.tab.valueOf<string>(
        `axe.run({ resultTypes: ['violations'] }).then((results) => JSON.stringify(results))`,
      );
      const { violations: all } = JSON.parse(found) as AxeResults;
      return all.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
    }

    it.each(WIDTHS)('keep nobody out, fit the window and log no error, %i pixels wide', async (width) => {
      const person = await browser.newPerson({ width });
      const visitor = await Visitor.of(person, shop.gateway.url);
      const faults: string[] = [];
      const check = async (path: string) => {
        await visitor.visit(path);
        await audit(path);
      };
      const audit = async (path: string) => {
        await visitor.sees('footer');
        faults.push(...(await violations(visitor)).map((violation) => `${path} ${violation}`));
        const scrolls = await visitor.valueOf('document.documentElement.scrollWidth > innerWidth');
        if (scrolls) faults.push(`${path} is wider than the window`);
        const isDark = await visitor.valueOf(`matchMedia('(prefers-color-scheme: dark)').matches`);
        expect(isDark).toBe(scheme === 'dark');
      };
      for (const path of OF_EVERYBODY) await check(path);
      await visitor.logIn();
      await visitor.add('p9');
      for (const path of [...OF_CUSTOMERS, ...OF_ERRORS]) await check(path);
      await shop.stop('orders');
      try {
        await visitor.visit('/shop');
        await visitor.sees('#recentOrders.missing');
        for (const path of OF_FAILURES) await check(path);
        await visitor.visit('/shop/checkout');
        await visitor.enter('form[action="/shop/checkout"] button');
        await visitor.reads('orders cannot be placed at the moment');
        await audit('the checkout that failed');
      } finally {
        await shop.start('orders');
      }
      expect(faults).toEqual([]);
      expect(visitor.tab.errors.filter((error) => !EXPECTED.test(error))).toEqual([]);
      await person.close();
    });
  });
});
