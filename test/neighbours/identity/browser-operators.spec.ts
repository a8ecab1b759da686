import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openChromium, openFirefox, type RunningBrowser, type Tab } from './browsers.ts';

jest.setTimeout(120_000);

const OPERATOR = '__Host-Http-atrium-operator';
const STATUS = '[role=status]';

/** What a page shows. */
interface PageState {
  location: { href: string };
  document: { title: string };
}

/** Resolves when an element says this. */
async function waitForText(tab: Tab, selector: string, text: string): Promise<void> {
  const until = performance.now() + 30_000;
  for (let found = ''; found !== text; found = await tab.text(selector))
    if (performance.now() > until) throw new Error(`it says "${found}", and not "${text}"`);
}

async function submit(tab: Tab, email: string, password: string): Promise<void> {
  await tab.type('[name=email]', email);
  await tab.type('[name=password]', password);
  await tab.click('form button');
}
const asGrace = (tab: Tab) => submit(tab, 'grace@example.com', 'nanosecond-wire');

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('the login page of operators', (_name, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    let shop: Shop;
    let url: string;
    beforeAll(async () => {
      shop = await Shop.open();
      url = shop.gateway.adminUrl;
      browser = await open();
    });
    afterAll(async () => {
      await browser?.close();
      await shop?.close();
    });

    it('lets in who is one, and says why it does not let in others', async () => {
      const person = await browser.newPerson();
      const tab = await person.newTab();
      await tab.goto(`${url}/admin/login`);
      await submit(tab, 'grace@example.com', 'a wrong password');
      await waitForText(tab, STATUS, 'The email address or the password is wrong.');
      await submit(tab, 'ada@example.com', 'analytical-engine');
      await waitForText(tab, STATUS, 'This account is not an operator.');
      expect(await person.cookie(url, OPERATOR)).toBeUndefined();
      await asGrace(tab);
      await waitForText(tab, STATUS, 'Logged in as u2.');
      expect(await person.cookie(url, OPERATOR)).toEqual(expect.any(String));
      expect(tab.requested.filter((one) => new URL(one).origin !== url)).toEqual([]);
      await tab.click('[name=logout]');
      while ((await person.cookie(url, OPERATOR)) !== undefined);
      expect(await tab.evaluate(async () => (await fetch('/admin/health')).status, undefined)).toBe(401);
      await person.close();
    });

    it('goes on to the page of the admin port that wanted a login', async () => {
      const person = await browser.newPerson();
      const tab = await person.newTab();
      await tab.goto(`${url}/admin/login?next=${encodeURIComponent('/admin/limits?caller=u1')}`);
      await asGrace(tab);
      await tab.received(`${url}/admin/limits?caller=u1`);
      expect(await tab.text('body')).toContain('"policies"');
      await person.close();
    });

    it.each([
      ['https://evil.example/admin/', 'another host'],
      ['//evil.example/admin/', 'another host by its name alone'],
      ['/\\evil.example/admin/', 'what browsers take for that'],
      ['javascript:document.title="evil"', 'a script'],
      ['data:text/html,evil', 'a document in the address'],
      ['/v1/products', 'a path that is none of operators'],
      ['/admin/../v1/products', 'a path that leaves theirs'],
      ['http://127.0.0.1:1/admin/', 'another port'],
      ['/admin/login?next=/admin/health', 'itself'],
    ])('does not go on to %s: %s', async (next) => {
      const person = await browser.newPerson();
      const tab = await person.newTab();
      const address = `${url}/admin/login?next=${encodeURIComponent(next)}`;
      await tab.goto(address);
      await asGrace(tab);
      await waitForText(tab, STATUS, 'Logged in as u2.');
      const presented = await tab.evaluate(() => {
        const { location, document } = globalThis as unknown as PageState;
        return [location.href, document.title];
      }, undefined);
      expect(presented).toEqual([address, 'Atrium: operators']);
      expect(tab.requested.filter((one) => !one.startsWith(`${url}/admin/`) && !one.endsWith('.ico'))).toEqual([]);
      await person.close();
    });
  });
});
