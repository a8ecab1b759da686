/** @full More providers in browsers: `browsers.spec` holds the same at oidc-provider. */
import { describeWith } from '#test/support/neighbours/describe-with';
import { djangoOauthToolkit, glewlwyd, lemonldap } from '#test/support/neighbours/openid-providers';
import { chromium } from '#test/support/neighbours/programs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { whoIs } from './browser-login.ts';
import { openChromium, type Person, type RunningBrowser, type Tab } from './browsers.ts';
import { type Account, GatewayAt, type OutsideProvider } from './gateway-at.ts';
import { djangoPages, enter, glewlwydPages, lemonldapPages } from './provider-pages.ts';

jest.setTimeout(120_000);

describe.each([
  ['Django OAuth Toolkit', djangoOauthToolkit, djangoPages],
  ['LemonLDAP::NG', lemonldap, lemonldapPages],
  ['Glewlwyd', glewlwyd, glewlwydPages],
] as const)('Chromium at the pages of %s', (name, program, pages) => {
  describeWith([chromium, program], name, () => {
    let browser: RunningBrowser;
    let opened: GatewayAt<OutsideProvider>;
    let person: Person;
    beforeAll(async () => {
      opened = await GatewayAt.open(pages.start);
      browser = await openChromium();
      person = await browser.newPerson();
    });
    afterAll(async () => {
      await browser?.close();
      await opened?.close();
    });

    const start = async (query: string) => {
      const tab = await person.newTab();
      await tab.goto(`${opened.url}/bff/login?${query}`);
      return tab;
    };
    const accept = async (tab: Tab) => {
      for (const selector of pages.accept) await tab.click(selector);
    };
    const logIn = async (query: string, account: Account = 'ada') => {
      const tab = await start(query);
      await enter(tab, pages, account);
      await accept(tab);
      return tab;
    };
    const logOut = (tab: Tab) =>
      tab.evaluate(async (url) => {
        const answer = await fetch(`${url}/bff/logout`, { method: 'POST', headers: { 'X-CSRF': '1' } });
        return answer.status === 200 ? ((await answer.json()) as { endSessionUrl: string }).endSessionUrl : null;
      }, opened.url);

    it('a login that is refused says so, where somebody can refuse', async () => {
      const denial = pages.refuse;
      if (!denial) return;
      const other = await browser.newPerson();
      const tab = await other.newTab();
      await tab.goto(`${opened.url}/bff/login?returnTo=/docs/?a`);
      await enter(tab, pages, 'grace');
      await tab.click(denial.selector);
      await tab.received(`${opened.url}/docs/?a=&error=${denial.error}`);
      expect(await whoIs(tab, opened.url)).toBe(401);
      await other.close();
    });

    it('a login in two tabs brings both to their page', async () => {
      const [one, other] = [await start('returnTo=/docs/?a'), await start('returnTo=/docs/?b')];
      await one.show();
      await enter(one, pages, 'ada');
      await accept(one);
      await one.received(`${opened.url}/docs/?a`);
      await other.show();
      if (pages.again === 'enter') await enter(other, pages, 'ada');
      else if (pages.again === 'reload') await other.reload();
      else await other.goto(`${opened.url}/bff/login?returnTo=/docs/?b`);
      if (pages.acceptAgain) await other.click(pages.acceptAgain);
      await other.received(`${opened.url}/docs/?b`);
      expect([await whoIs(one, opened.url), await whoIs(other, opened.url)]).toEqual(['u1', 'u1']);
      expect(opened.failures.filter((reason) => reason !== pages.refuse?.error)).toEqual([]);
    });

    it('a session is renewed for the tabs of a browser once', async () => {
      const tab = await person.newTab();
      await tab.goto(`${opened.url}/docs/`);
      const before = await opened.renewals();
      while ((await opened.renewals()) === before)
        expect(await Promise.all([whoIs(tab, opened.url), whoIs(tab, opened.url)])).toEqual(['u1', 'u1']);
      expect(opened.shop.warnings('a session could not be renewed')).toEqual([]);
    });

    it('a logout ends the session here, and there if the provider ends sessions: the next login asks who it is', async () => {
      const tab = await person.newTab();
      await tab.goto(`${opened.url}/docs/`);
      const endSessionUrl = await logOut(tab);
      expect(await whoIs(tab, opened.url)).toBe(401);
      expect(endSessionUrl === null).toBe(pages.logOut === null);
      if (endSessionUrl === null) return;
      await tab.goto(endSessionUrl);
      if (pages.logOut) await tab.click(pages.logOut);
      const again = await logIn('returnTo=/docs/?c', 'grace');
      await again.received(`${opened.url}/docs/?c`);
      expect(await whoIs(again, opened.url)).toBe('u2');
    });
  });
});
