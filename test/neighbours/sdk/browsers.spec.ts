import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { blankPage } from '#test/neighbours/identity/blank-page';
import { openChromium, openFirefox, type RunningBrowser, type Tab } from '#test/neighbours/identity/browsers';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { clientScript, type Sdk } from './client-script.ts';

jest.setTimeout(120_000);

const CREDENTIALS = { email: 'ada@example.com', password: 'analytical-engine' };

declare const sdk: Sdk;

let shop: Shop;
let page: Awaited<ReturnType<typeof blankPage>>;
let text: string;
beforeAll(async () => {
  page = await blankPage();
  text = await clientScript();
  shop = await Shop.open({ CORS_ORIGINS: page.origin }, { ORDER_STEP_MS: '100' });
});
afterAll(async () => {
  await shop?.close();
  await page?.close();
});

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('the client in %s, on a page of another origin', (_name, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    let tab: Tab;
    beforeAll(async () => {
      browser = await open();
    });
    afterAll(() => browser?.close());
    const newTab = async () => {
      tab = await (await browser.newPerson()).newTab();
      await tab.goto(page.origin);
      await tab.run(text);
    };

    it('logs in by cookie, reads a page, orders and follows the order', async () => {
      await newTab();
      const seen = await tab.evaluate(
        async ({ baseUrl, credentials }) => {
          let ended = 0;
          const client = sdk.createClient({
            baseUrl,
            auth: sdk.cookies({ onSignedOut: () => ended++ }),
            timeoutMs: 9_000,
          });
          const before = await sdk.getHome(client);
          await sdk.unwrap(sdk.browserLogin(client, credentials));
          const home = await sdk.unwrap(sdk.getHome(client));
          const order = await sdk.unwrap(sdk.placeOrder(client, { lines: [{ productId: 'p1', quantity: 1 }] }));
          const events = [];
          for await (const { id, event } of sdk.followOrder(client, { id: order.id })) events.push(id ?? event);
          const trusted = await sdk.unwrap(sdk.webHome(client));
          await sdk.unwrap(sdk.browserLogout(client));
          const after = await sdk.getHome(client);
          const codes = [before, after].map((one) => (one.ok ? 'ok' : one.error.code));
          return { ended, codes, name: home.user?.name, events, trusted: trusted.home?.user?.name };
        },
        { baseUrl: shop.gateway.url, credentials: CREDENTIALS },
      );
      expect(seen).toEqual({
        ended: 2,
        codes: ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
        name: 'Ada Lovelace',
        events: ['1', '2', '3', '4', '5', 'end'],
        trusted: 'Ada Lovelace',
      });
    });

    it('keeps a key of its own that pages cannot read, uses it after a reload, and subscribes', async () => {
      await newTab();
      const first = await tab.evaluate(
        async ({ baseUrl, credentials }) => {
          const keyStore = sdk.indexedDbKeys();
          const auth = sdk.dpop({ keyStore });
          const client = sdk.createClient({ baseUrl, auth });
          await auth.accept(await sdk.unwrap(sdk.login(client, credentials)));
          const order = await sdk.unwrap(sdk.placeOrder(client, { lines: [{ productId: 'p1', quantity: 1 }] }));
          const events = [];
          for await (const { event } of sdk.mobileOrderStatus(client, { id: order.id })) events.push(event);
          const { privateKey } = (await keyStore.load())!;
          const read = await crypto.subtle.exportKey('jwk', privateKey).catch(() => 'refused');
          return { events, read, tokens: (await auth.tokens())! };
        },
        { baseUrl: shop.gateway.url, credentials: CREDENTIALS },
      );
      expect([first.events, first.read, first.tokens.tokenType]).toEqual([
        ['next', 'next', 'next', 'next', 'next', 'end'],
        'refused',
        'DPoP',
      ]);
      await tab.goto(page.origin);
      await tab.run(text);
      const after = await tab.evaluate(
        async ({ baseUrl, tokens }) => {
          const keyStores = { kept: sdk.indexedDbKeys(), other: undefined };
          const found: Record<string, string | undefined> = {};
          for (const [name, keyStore] of Object.entries(keyStores)) {
            const auth = sdk.dpop(keyStore ? { keyStore } : {});
            await auth.accept(tokens);
            const me = await sdk.getMe(sdk.createClient({ baseUrl, auth }));
            found[name] = me.ok ? me.data.name : me.error.code;
          }
          return found;
        },
        { baseUrl: shop.gateway.url, tokens: first.tokens },
      );
      expect(after).toEqual({ kept: 'Ada Lovelace', other: 'UNAUTHENTICATED' });
    });

    it('uses bearer tokens, and tells a refusal, a deadline and a dead network apart', async () => {
      await newTab();
      const seen = await tab.evaluate(
        async ({ baseUrl, credentials }) => {
          const auth = sdk.bearer();
          const client = sdk.createClient({ baseUrl, auth });
          await auth.accept(await sdk.unwrap(sdk.login(client, credentials)));
          const missing = await sdk.getOrder(client, { id: 'nothing' });
          const late = await sdk.getHome(client, {}, { timeoutMs: 1, retries: 0 });
          const dead = await sdk.getHome(sdk.createClient({ baseUrl: 'http://127.0.0.1:9', retries: 0 }));
          const polled = [];
          const order = await sdk.unwrap(sdk.placeOrder(client, { lines: [{ productId: 'p1', quantity: 1 }] }));
          for await (const { event } of sdk.followOrder(client, { id: order.id }, { transport: 'poll' }))
            polled.push(event);
          return {
            codes: [missing, late, dead].map((one) => (one.ok ? 'ok' : one.error.code)),
            statuses: polled.length,
          };
        },
        { baseUrl: shop.gateway.url, credentials: CREDENTIALS },
      );
      expect(seen.codes[0]).toBe('NOT_FOUND');
      // The gateway may notice the deadline before the page does.
      expect(['TIMEOUT', 'UPSTREAM_TIMEOUT']).toContain(seen.codes[1]);
      expect([seen.codes[2], seen.statuses]).toEqual(['NETWORK', 5]);
    });
  });
});
