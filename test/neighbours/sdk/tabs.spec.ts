import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { blankPage } from '#test/neighbours/identity/blank-page';
import { openChromium, openFirefox, type RunningBrowser, type Tab } from '#test/neighbours/identity/browsers';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { clientScript, type Sdk } from './client-script.ts';

jest.setTimeout(120_000);

declare const sdk: Sdk;
/** What the tabs of this spec keep on their page between two scripts. */
declare global {
  var calls: (count: number) => Promise<string[]>;
}

const LOGIN = { email: 'ada@example.com', password: 'analytical-engine' };
/** What each tab calls at once. */
const CALLS = 4;

let shop: Shop;
let page: Awaited<ReturnType<typeof blankPage>>;
let text: string;
beforeAll(async () => {
  page = await blankPage();
  text = await clientScript();
  shop = await Shop.open({ CORS_ORIGINS: page.origin });
});
afterAll(async () => {
  await shop?.close();
  await page?.close();
});

interface Given {
  baseUrl: string;
  mode: 'bearer' | 'dpop';
  login: typeof LOGIN | undefined;
}

/**
 * Sets a tab up with tokens that all tabs share, and have expired. The first tab logs in. A refresh is noted, and answered once
 * another tab wants one, too: it waits for the lock, or has sent its own.
 */
async function setUp({ baseUrl, mode, login }: Given): Promise<void> {
  const refreshes = () => Number(localStorage.getItem('refreshes'));
  const isContended = async () => refreshes() > 1 || ((await navigator.locks.query()).pending ?? []).length > 0;
  const noting: typeof fetch = async (input, init) => {
    if (!String(input instanceof Request ? input.url : input).endsWith('/refresh')) return fetch(input, init);
    localStorage.setItem('refreshes', String(refreshes() + 1));
    while (!(await isContended())) await new Promise((done) => setTimeout(done, 5));
    return fetch(input, init);
  };
  const store = sdk.indexedDbTokens();
  const newAuth = () => {
    return mode === 'bearer' ? sdk.bearer({ store }) : sdk.dpop({ store, keyStore: sdk.indexedDbKeys() });
  };
  if (login) {
    localStorage.clear();
    const auth = newAuth();
    await auth.accept(await sdk.unwrap(sdk.login(sdk.createClient({ baseUrl, auth }), login)));
    await store.save({ ...(await auth.tokens())!, expiresAt: 0 });
  }
  const own = newAuth();
  const client = sdk.createClient({ baseUrl, auth: own, fetch: noting });
  // From now on the tab holds the expired tokens itself.
  await own.tokens();
  globalThis.calls = async (count) => {
    const results = await Promise.all(Array.from({ length: count }, () => sdk.getMe(client)));
    return results.map((one) => (one.ok ? one.data.name : one.error.code));
  };
}

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('two tabs of %s that share their tokens', (_name, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    beforeAll(async () => {
      browser = await open();
    });
    afterAll(() => browser?.close());

    it.each(['bearer', 'dpop'] as const)('renew them once for all calls of both: %s', async (mode) => {
      const person = await browser.newPerson();
      const tabs: Tab[] = [await person.newTab(), await person.newTab()];
      for (const [number, tab] of tabs.entries()) {
        await tab.goto(page.origin);
        await tab.run(text);
        await tab.evaluate(setUp, { baseUrl: shop.gateway.url, mode, login: number ? undefined : LOGIN });
      }
      const names = await Promise.all(tabs.map((tab) => tab.evaluate((count) => globalThis.calls(count), CALLS)));
      expect(names.flat()).toEqual(Array(2 * CALLS).fill('Ada Lovelace'));
      expect(await tabs[0]!.valueOf('Number(localStorage.getItem("refreshes"))')).toBe(1);
      await person.close();
    });
  });
});
