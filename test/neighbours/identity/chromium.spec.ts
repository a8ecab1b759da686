import { CHROMIUM } from '#test/support/neighbours/programs';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { blankPage } from './blank-page.ts';
import { programs } from './programs.ts';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(120_000);

const PASSWORDS = { 'ada@example.com': 'analytical-engine', 'grace@example.com': 'nanosecond-wire' };
const ACCESS_TOKEN_SECONDS = 4;

describeWith(programs.quick, 'Chromium at oidc-provider on another site', () => {
  let browser: Browser;
  let shop: Awaited<ReturnType<typeof blankPage>>;
  let opened: ProviderGateway;
  let url: string;

  beforeAll(async () => {
    shop = await blankPage();
    const ttl = { AccessToken: ACCESS_TOKEN_SECONDS };
    opened = await ProviderGateway.open({ environment: { CORS_ORIGINS: shop.origin }, configuration: { ttl } });
    url = opened.url;
    // Without its sandbox: as root, as which tests run in containers, it has none.
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await opened?.close();
    await shop?.close();
  });

  const newContext = () => browser.newContext({ bypassCSP: true });
  const loginPage = async (context: BrowserContext, query = '') => {
    const page = await context.newPage();
    await page.goto(`${url}/bff/login${query}`);
    return page;
  };
  const logIn = async (page: Page, email: keyof typeof PASSWORDS) => {
    await page.fill('[name=email]', email);
    await page.fill('[name=password]', PASSWORDS[email]);
    await page.click('button[value=yes]');
  };
  const arrived = (page: Page, path: string) => page.waitForURL(`${url}${path}`);
  /** Who a script of a page is, by its cookie. */
  const who = (page: Page) =>
    page.evaluate(async (at) => {
      const answer = await fetch(`${at}/bff/session`, { credentials: 'include', headers: { 'X-CSRF': '1' } });
      return answer.ok ? ((await answer.json()) as { userId: string }).userId : answer.status;
    }, url);

  it('comes to the page that it wanted, and that page has the cookie', async () => {
    const context = await newContext();
    const page = await loginPage(context, '?returnTo=/bff/session');
    await logIn(page, 'ada@example.com');
    await arrived(page, '/bff/session');
    expect(JSON.parse((await page.textContent('body'))!)).toMatchObject({ userId: 'u1' });
    await context.close();
  });

  it('logs in in two tabs at once, and both come to their own page', async () => {
    const context = await newContext();
    const [one, other] = [
      await loginPage(context, '?returnTo=/livez?a'),
      await loginPage(context, '?returnTo=/livez?b'),
    ];
    await logIn(one, 'ada@example.com');
    await arrived(one, '/livez?a');
    expect(await who(one)).toBe('u1');
    await logIn(other, 'ada@example.com');
    await arrived(other, '/livez?b');
    expect([await who(one), await who(other)]).toEqual(['u1', 'u1']);
    await context.close();
  });

  it('as somebody else ends the session that was', async () => {
    const context = await newContext();
    const page = await loginPage(context, '?returnTo=/livez');
    await logIn(page, 'ada@example.com');
    await arrived(page, '/livez');
    const before = await context.cookies(url);
    const next = await loginPage(context, '?returnTo=/livez&prompt=login');
    await logIn(next, 'grace@example.com');
    await arrived(next, '/livez');
    expect(await who(next)).toBe('u2');
    await context.clearCookies();
    await context.addCookies(before);
    expect(await who(next)).toBe(401);
    await context.close();
  });

  it('comes back with the reason where somebody cancels, and goes on as who they were', async () => {
    const context = await newContext();
    const page = await loginPage(context, '?returnTo=/livez');
    await logIn(page, 'ada@example.com');
    await arrived(page, '/livez');
    const next = await loginPage(context, '?returnTo=/livez&prompt=login');
    await next.click('button[value=no]');
    await arrived(next, '/livez?error=access_denied');
    expect(await who(next)).toBe('u1');
    await context.close();
  });

  it('that goes back, and opens a callback again, changes nothing', async () => {
    const context = await newContext();
    const page = await context.newPage();
    const callbacks: string[] = [];
    page.on('request', (request) => request.url().includes('/bff/callback') && callbacks.push(request.url()));
    await page.goto(`${url}/bff/login?returnTo=/livez`);
    await logIn(page, 'ada@example.com');
    await arrived(page, '/livez');
    const before = await context.cookies(url);
    await page.goBack();
    await page.goto(callbacks[0]!);
    await arrived(page, '/livez');
    expect(await context.cookies(url)).toEqual(before);
    const stranger = await newContext();
    const theirs = await stranger.newPage();
    await theirs.goto(callbacks[0]!);
    expect(await theirs.textContent('body')).toContain('begin again');
    expect(await stranger.cookies(url)).toEqual([]);
    await Promise.all([context.close(), stranger.close()]);
  });

  it.each([
    ['its own origin', () => `${url}/livez`],
    ['another allowed origin of the site', () => shop.origin],
  ])('has events and sockets with the cookie from a page of %s, until the grant is over', async (_, address) => {
    const context = await newContext();
    const page = await loginPage(context, '?returnTo=/livez');
    await logIn(page, 'ada@example.com');
    await arrived(page, '/livez');
    await page.goto(address());
    expect(await who(page)).toBe('u1');
    const ends = page.evaluate(
      ({ at }) => {
        const events = new EventSource(`${at}/v1/events`, { withCredentials: true });
        const event = new Promise((resolve) => {
          events.addEventListener('end', (message) => {
            events.close();
            resolve(JSON.parse(String((message as MessageEvent).data)));
          });
          events.addEventListener('error', () => events.readyState === EventSource.CLOSED && resolve('refused'));
        });
        const socket = new WebSocket(`${at.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
        socket.onopen = () => socket.send('{"type":"connection_init"}');
        const query = 'subscription { notifications { id } }';
        socket.onmessage = ({ data }) =>
          String(data).includes('connection_ack') &&
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
        const closed = new Promise((resolve) => (socket.onclose = ({ code, reason }) => resolve([code, reason])));
        return Promise.all([event, closed]);
      },
      { at: url },
    );
    while ((await opened.shop.metric(/streams_open\{route="\/v1\/events"\} (\d+)/)) === 0);
    await opened.provider.revokeAll();
    expect(await ends).toEqual([{ reason: 'provider' }, [4401, 'provider']]);
    expect(await who(page)).toBe(401);
    await context.close();
  });

  it('logs out here and there', async () => {
    const context = await newContext();
    const page = await loginPage(context, '?returnTo=/livez');
    await logIn(page, 'ada@example.com');
    await arrived(page, '/livez');
    const endSessionUrl = await page.evaluate(async (at) => {
      const answer = await fetch(`${at}/bff/logout`, { method: 'POST', headers: { 'X-CSRF': '1' } });
      return ((await answer.json()) as { endSessionUrl: string }).endSessionUrl;
    }, url);
    expect(await who(page)).toBe(401);
    await page.goto(endSessionUrl);
    await page.click('button[value=yes]');
    await page.waitForSelector('text=You are logged out.');
    expect(await (await loginPage(context)).textContent('h1')).toBe('Log in');
    await context.close();
  });
});
