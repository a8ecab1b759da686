import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { blankPage } from './blank-page.ts';
import { openChromium, openFirefox, type Person, type RunningBrowser, type Tab } from './browsers.ts';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(120_000);

const SESSION = '__Host-Http-atrium';
const PASSWORDS = { 'ada@example.com': 'analytical-engine', 'grace@example.com': 'nanosecond-wire' };
const ACCESS_TOKEN_SECONDS = 4;

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('at oidc-provider on another site', (_name, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    let shop: Awaited<ReturnType<typeof blankPage>>;
    let opened: ProviderGateway;
    let url: string;

    beforeAll(async () => {
      shop = await blankPage();
      const ttl = { AccessToken: ACCESS_TOKEN_SECONDS };
      opened = await ProviderGateway.open({ environment: { CORS_ORIGINS: shop.origin }, configuration: { ttl } });
      url = opened.url;
      browser = await open();
    });
    afterAll(async () => {
      await browser?.close();
      await opened?.close();
      await shop?.close();
    });

    const loginPage = async (person: Person, query = '') => {
      const tab = await person.newTab();
      await tab.goto(`${url}/bff/login${query}`);
      return tab;
    };
    const logIn = async (tab: Tab, email: keyof typeof PASSWORDS) => {
      await tab.type('[name=email]', email);
      await tab.type('[name=password]', PASSWORDS[email]);
      await tab.click('button[value=yes]');
    };
    const received = (tab: Tab, path: string) => tab.received(`${url}${path}`);
    /** Who a script of a page is, by its cookie. */
    const who = (tab: Tab) =>
      tab.evaluate(async (at) => {
        const answer = await fetch(`${at}/bff/session`, { credentials: 'include', headers: { 'X-CSRF': '1' } });
        return answer.ok ? ((await answer.json()) as { userId: string }).userId : answer.status;
      }, url);
    /** Whether a cookie is still good. */
    const statusOf = async (cookie: string) =>
      (await fetch(`${url}/bff/session`, { headers: { cookie: `${SESSION}=${cookie}`, 'x-csrf': '1' } })).status;

    it('comes to the page that it wanted, and that page has the cookie', async () => {
      const person = await browser.newPerson();
      const tab = await loginPage(person, '?returnTo=/bff/session');
      await logIn(tab, 'ada@example.com');
      await received(tab, '/bff/session');
      expect(await tab.text('body')).toContain('u1');
      expect(await tab.text('body')).not.toContain('UNAUTHENTICATED');
      await person.close();
    });

    it('logs in in two tabs at once, and both come to their own page', async () => {
      const person = await browser.newPerson();
      const [one, other] = [
        await loginPage(person, '?returnTo=/docs/?a'),
        await loginPage(person, '?returnTo=/docs/?b'),
      ];
      await logIn(one, 'ada@example.com');
      await received(one, '/docs/?a');
      expect(await who(one)).toBe('u1');
      await logIn(other, 'ada@example.com');
      await received(other, '/docs/?b');
      expect([await who(one), await who(other)]).toEqual(['u1', 'u1']);
      await person.close();
    });

    it('as somebody else ends the session that was', async () => {
      const person = await browser.newPerson();
      const tab = await loginPage(person, '?returnTo=/docs/?a');
      await logIn(tab, 'ada@example.com');
      await received(tab, '/docs/?a');
      const before = (await person.cookie(url, SESSION))!;
      expect(await statusOf(before)).toBe(200);
      const next = await loginPage(person, '?returnTo=/docs/?b&prompt=login');
      await logIn(next, 'grace@example.com');
      await received(next, '/docs/?b');
      expect([await who(next), await statusOf(before)]).toEqual(['u2', 401]);
      await person.close();
    });

    it('comes back with the reason where somebody cancels, and goes on as who they were', async () => {
      const person = await browser.newPerson();
      const tab = await loginPage(person, '?returnTo=/docs/?a');
      await logIn(tab, 'ada@example.com');
      await received(tab, '/docs/?a');
      const next = await loginPage(person, '?returnTo=/docs/&prompt=login');
      await next.click('button[value=no]');
      await received(next, '/docs/?error=access_denied');
      expect(await who(next)).toBe('u1');
      await person.close();
    });

    it('that opens a callback again changes nothing, and neither does a stranger who does', async () => {
      const person = await browser.newPerson();
      const tab = await loginPage(person, '?returnTo=/docs/?a');
      await logIn(tab, 'ada@example.com');
      await received(tab, '/docs/?a');
      const callback = tab.requested.find((one) => one.includes('/bff/callback'))!;
      const before = await person.cookie(url, SESSION);
      await tab.goBack();
      await tab.goto(callback);
      await received(tab, '/docs/?a');
      expect(await person.cookie(url, SESSION)).toBe(before);
      const stranger = await browser.newPerson();
      const theirs = await stranger.newTab();
      await theirs.goto(callback);
      expect(await theirs.text('body')).toContain('begin again');
      expect(await stranger.cookie(url, SESSION)).toBeUndefined();
      await Promise.all([person.close(), stranger.close()]);
    });

    it.each([
      ['its own origin', () => `${url}/docs/`],
      ['another allowed origin of the site', () => shop.origin],
    ])('has events and sockets with the cookie from a page of %s, until the grant is over', async (_, address) => {
      const person = await browser.newPerson();
      const tab = await loginPage(person, '?returnTo=/docs/?a');
      await logIn(tab, 'ada@example.com');
      await received(tab, '/docs/?a');
      await tab.goto(address());
      expect(await who(tab)).toBe('u1');
      const ends = tab.evaluate((at) => {
        const events = new EventSource(`${at}/v1/events`, { withCredentials: true });
        const event = new Promise<string>((resolve) => {
          events.addEventListener('end', (message) => {
            events.close();
            resolve(String((message as MessageEvent).data));
          });
          events.addEventListener('error', () => events.readyState === EventSource.CLOSED && resolve('refused'));
        });
        const socket = new WebSocket(`${at.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
        socket.onopen = () => socket.send('{"type":"connection_init"}');
        const query = 'subscription { notifications { id } }';
        socket.onmessage = ({ data }) =>
          String(data).includes('connection_ack') &&
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
        const closed = new Promise<string>((resolve) => {
          socket.onclose = ({ code, reason }) => resolve(`${code} ${reason}`);
        });
        return Promise.all([event, closed]);
      }, url);
      while ((await opened.shop.metric(/streams_open\{route="\/v1\/events"\} (\d+)/)) === 0);
      await opened.provider.revokeAll();
      expect(await ends).toEqual(['{"reason":"provider"}', '4401 provider']);
      expect(await who(tab)).toBe(401);
      await person.close();
    });

    it('logs out here and there', async () => {
      const person = await browser.newPerson();
      const tab = await loginPage(person, '?returnTo=/docs/?a');
      await logIn(tab, 'ada@example.com');
      await received(tab, '/docs/?a');
      const endSessionUrl = await tab.evaluate(async (at) => {
        const answer = await fetch(`${at}/bff/logout`, { method: 'POST', headers: { 'X-CSRF': '1' } });
        return ((await answer.json()) as { endSessionUrl: string }).endSessionUrl;
      }, url);
      expect(await who(tab)).toBe(401);
      await tab.goto(endSessionUrl);
      await tab.click('button[value=yes]');
      await tab.received(`${opened.provider.url}/session/end/success`);
      expect(await tab.text('h1')).toBe('You are logged out.');
      expect(await (await loginPage(person)).text('h1')).toBe('Log in');
      await person.close();
    });
  });
});
