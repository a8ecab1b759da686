/** @full `servers.spec` holds the examples that render on a server. */
import { openChromium, type Person, type RunningBrowser, type Tab } from '#test/neighbours/identity/browsers';
import { PackedClient } from '#test/neighbours/sdk/packed-client';
import { Client } from '#test/support/client';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type FrameworkApp, FrontEnd } from './front-end.ts';
import { react, tanstackQuery, vite, vue } from './programs.ts';

jest.setTimeout(300_000);

const VITE = 'vite/bin/vite.js';
const bundled: Pick<FrameworkApp, 'build' | 'serve'> = {
  build: [VITE, 'build'],
  serve: (folder, port) => [VITE, 'preview', folder, '--host', '127.0.0.1', '--port', `${port}`, '--strictPort'],
};

const CONFIG = { 'vite.config.ts': 'Vite, in development' };
const APPS: FrameworkApp[] = [
  { name: 'react', examples: { ...CONFIG, 'src/example.tsx': 'React, with TanStack Query' }, ...bundled },
  { name: 'vue', examples: { ...CONFIG, 'src/example.ts': 'Vue' }, ...bundled },
];

/** Runs in a page. */
const logOut = async (): Promise<boolean> =>
  (await fetch('/bff/logout', { method: 'POST', headers: { 'x-csrf': '1' } })).ok;

describeWith([react, tanstackQuery, vue, vite, chromium], 'the examples for pages', () => {
  let client: PackedClient;
  let shop: Shop;
  let browser: RunningBrowser;
  beforeAll(async () => {
    client = new PackedClient();
    // Orders rest where they are until somebody moves them.
    shop = await Shop.open({}, { ORDER_STEP_MS: '3600000' });
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    client?.remove();
  });

  describe.each(APPS)('$name', (app) => {
    let frontEnd: FrontEnd;
    let origin: string;
    let person: Person;
    let tab: Tab;
    beforeAll(async () => {
      frontEnd = await FrontEnd.build(app, client);
      origin = await frontEnd.serve(shop.gateway.url);
      person = await browser.newPerson();
      tab = await person.newTab();
    });
    afterAll(async () => {
      await person?.close();
      await frontEnd?.close();
    });
    const openStreams = () => shop.metric(/^streams_open\{.*orders.*\} (\d+)$/m);
    /** What scripts of the page have logged; the browser logs each refused request. */
    const ownErrors = () => tab.errors.filter((error) => !error.startsWith('Failed to load resource'));
    /** Resolves once an element has this text. */
    const untilText = (element: string, text: string) => tab.text(`${element}:text-is(${JSON.stringify(text)})`);

    it('is compiled under strict', async () => {
      expect(await frontEnd.typeErrors()).toBe('');
    });

    it('shows who is logged in', async () => {
      await tab.goto(origin);
      await tab.text('p:not(:text-is("Loading"))');
      await tab.type('[name=email]', 'ada@example.com');
      await tab.type('[name=password]', 'analytical-engine');
      await tab.click('button:text-is("Log in")');
      await untilText('h1', 'Ada Lovelace');
    });

    it('places an order, and shows its status as it changes', async () => {
      await tab.click('button:text-is("Order")');
      await untilText('output', 'PLACED');
      const phone = await Client.of(shop, 'ada');
      const { body } = await phone.get('/v1/orders?first=1');
      expect((await phone.post(`/v1/orders/${body.items[0].id}/cancel`)).status).toBe(200);
      await untilText('output', 'CANCELLED');
    });

    it('stops following an order that it no longer shows', async () => {
      await tab.goto(origin);
      await tab.click('button:text-is("Order")');
      await untilText('output', 'PLACED');
      expect(await openStreams()).toBe(1);
      await tab.click('#close');
      await untilText('p', 'Closed');
      while ((await openStreams()) !== 0);
    });

    it('says why an order cannot be followed, and logs no error', async () => {
      await tab.goto(`${origin}/?order=nothing`);
      await tab.text('text=/no such order/');
      expect(ownErrors()).toEqual([]);
    });

    it('says why an order is refused, and logs no error', async () => {
      await tab.goto(origin);
      await untilText('h1', 'Ada Lovelace');
      // Another tab logs out.
      expect(await tab.evaluate(logOut, undefined)).toBe(true);
      await tab.click('button:text-is("Order")');
      await tab.text('text=/log in first/');
      expect(ownErrors()).toEqual([]);
    });
  });
});
