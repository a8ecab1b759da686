import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';
import { secondGateway } from '#test/support/second-gateway';

const HTML = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const FROM_PROVIDER = { ...HTML, 'sec-fetch-site': 'cross-site' };
const SHOP = 'https://shop.example.com';

const opened = await ProviderShop.open({
  CORS_ORIGINS: SHOP,
  OIDC_AUTHORIZATION_PARAMS: 'audience=https%3A%2F%2Fapi.example',
});
const { shop, provider } = opened;
afterAll(() => opened.close());
afterEach(() => {
  provider.person = { sub: 'u1', roles: ['customer'] };
  provider.changeTokens = () => {};
  provider.failure = undefined;
});

const away = async (browser: Browser, query = '', headers: Record<string, string> = {}) => {
  const answer = await browser.visit(`/bff/login${query}`, headers);
  return String(answer.headers['location']);
};
const requested = async (query: string) => new URL(await away(Browser.at(shop), query)).searchParams;
const isLoggedIn = async (browser: Browser) => (await browser.get('/bff/session')).status === 200;
const audits = (audit: string) => shop.logs.gateway.with({ audit, kind: 'browser' });

describe('a page that sends a person to log in', () => {
  it('may choose the parameters of the authorization request', async () => {
    const params = await requested(
      '?prompt=login&login_hint=ada%40example.com&ui_locales=de%20en&max_age=60&acr_values=gold',
    );
    expect(Object.fromEntries(params)).toMatchObject({
      prompt: 'login consent',
      login_hint: 'ada@example.com',
      ui_locales: 'de en',
      max_age: '60',
      acr_values: 'gold',
      audience: 'https://api.example',
    });
  });

  it.each([
    ['', 'consent'],
    ['?prompt=none', 'none'],
    ['?prompt=consent%20login', 'consent login'],
  ])('with %p asks for consent where a refresh token needs it: %p', async (query, prompt) => {
    expect((await requested(query)).get('prompt')).toBe(prompt);
  });

  it.each([
    'prompt=none%20login',
    'prompt=evil',
    'max_age=-1',
    'max_age=soon',
    'max_age=',
    'max_age=0x10',
    'ui_locales=%00',
    'acr_values=',
  ])('may not say %p', async (query) => {
    const { status } = await Browser.at(shop).visit(`/bff/login?${query}`);
    expect([query, [400, 422].includes(status)]).toEqual([query, true]);
  });

  it('has the provider held to the age that it asked for', async () => {
    const browser = Browser.at(shop);
    provider.changeTokens = (answer) => (answer['id_token'] = provider.idToken({ sub: 'u1', roles: [] }));
    const back = await provider.cameBack(await away(browser, '?max_age=60'));
    expect([(await browser.visit(back)).status, await isLoggedIn(browser)]).toEqual([401, false]);
  });
});

describe('a gateway that asks for an age at every login', () => {
  it('holds the provider to it', async () => {
    const settings = { ...opened.settings, OIDC_AUTHORIZATION_PARAMS: 'max_age=60' };
    const { gateway } = await secondGateway(shop, () => settings);
    try {
      const browser = Browser.at({ gateway });
      expect((await browser.logInAtProvider()).status).toBe(401);
      provider.changeTokens = (answer) => {
        const given = answer['id_token'] as string;
        const claims = JSON.parse(Buffer.from(given.split('.')[1]!, 'base64url').toString()) as object;
        answer['id_token'] = provider.idToken({ ...claims, auth_time: Math.floor(Date.now() / 1000) });
      };
      expect((await browser.logInAtProvider()).status).toBe(303);
    } finally {
      await gateway.stop();
    }
  });
});

describe('several logins of one browser', () => {
  it('each end at their own page, and the session of the one before ends', async () => {
    const browser = Browser.at(shop);
    const [one, other] = [await away(browser, '?returnTo=/a'), await away(browser, '?returnTo=/b')];
    expect((await browser.visit(await provider.cameBack(one), HTML)).headers['location']).toBe('/a');
    const first = browser.cookies.get('__Host-Http-atrium')!;
    // Browsers leave a Strict cookie out where another site leads here.
    browser.cookies.delete('__Host-Http-atrium');
    expect((await browser.visit(await provider.cameBack(other), HTML)).headers['location']).toBe('/b');
    expect(await isLoggedIn(browser)).toBe(true);
    browser.cookies.set('__Host-Http-atrium', first);
    expect(await isLoggedIn(browser)).toBe(false);
  });

  it('are five at most: the oldest is given up', async () => {
    const browser = Browser.at(shop);
    const first = await away(browser);
    for (let i = 0; i < 5; i += 1) await away(browser);
    expect([...browser.cookies.keys()].filter((name) => name.includes('login-'))).toHaveLength(5);
    expect((await browser.visit(await provider.cameBack(first))).status).toBe(401);
    expect((await browser.logInAtProvider()).status).toBe(303);
  });
});

describe('a person who comes back', () => {
  it('from another site is sent on by a page, with whose request the cookie is sent', async () => {
    const browser = Browser.at(shop);
    const back = await provider.cameBack(await away(browser, '?returnTo=/cart?a=1%26b=%22'));
    const answer = await browser.visit(back, FROM_PROVIDER);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.text).toContain('<meta http-equiv="refresh" content="0;url=/cart?a=1&amp;b=&quot;">');
    expect([answer.headers['cache-control'], await isLoggedIn(browser)]).toEqual(['no-store', true]);
  });

  it('and was refused is brought to the page with the reason; a program is told', async () => {
    const browser = Browser.at(shop);
    const state = (location: string) => new URL(location).searchParams.get('state')!;
    const denied = async (accept: Record<string, string>) => {
      const search = {
        error: 'access_denied',
        state: state(await away(browser, '?returnTo=/a?b=1')),
        iss: provider.url,
      };
      return browser.visit(`/bff/callback?${new URLSearchParams(search)}`, accept);
    };
    const person = await denied(HTML);
    expect([person.status, person.headers['location']]).toEqual([303, '/a?b=1&error=access_denied']);
    const program = await denied({ accept: 'application/json' });
    expect([program.status, program.body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(audits('login.failed').at(-1)).toMatchObject({
      reason: 'access_denied',
      requestId: expect.any(String),
    });
  });

  it('with an account that has no place here is told so', async () => {
    const browser = Browser.at(shop);
    provider.person = { sub: '', roles: [] };
    const back = await provider.cameBack(await away(browser));
    expect((await browser.visit(back, HTML)).headers['location']).toBe('/?error=no_access');
    const reason = 'UNAUTHENTICATED: the ID token has no user id';
    expect(audits('login.failed').at(-1)).toMatchObject({ reason });
  });

  it('without any right is logged in, and the log says so', async () => {
    const browser = Browser.at(shop);
    provider.person = { sub: 'u1', roles: ['nobody-knows-this'] };
    await browser.logInAtProvider();
    expect((await browser.get('/bff/session')).body.scopes).toEqual([]);
    expect(shop.warnings('a login has no scopes: see OIDC_SCOPES_FROM and ISSUERS_FILE')).toHaveLength(1);
  });

  it('while the provider is down is sent back to the page, and a line says why', async () => {
    const browser = Browser.at(shop);
    const back = await provider.cameBack(await away(browser, '?returnTo=/a'));
    provider.failure = 503;
    const answer = await browser.visit(back, HTML);
    expect(answer.headers['location']).toBe('/a?error=temporarily_unavailable');
    expect(shop.warnings('a login at the provider failed').at(-1)).toMatchObject({
      reason: expect.stringContaining('HTTP 503'),
    });
    expect(await shop.metric(/browser_logins_total\{outcome="failed"\} (\d+)/)).toBeGreaterThan(0);
  });

  it('while the provider is down is told so as a program, too: with 502, and again at the next visit', async () => {
    const browser = Browser.at(shop);
    const back = await provider.cameBack(await away(browser));
    provider.failure = 429;
    const { status, body } = await browser.visit(back);
    expect([status, body.code]).toEqual([502, 'UPSTREAM_UNAVAILABLE']);
    provider.failure = undefined;
    expect((await browser.visit(back, HTML)).headers['location']).toBe('/?error=temporarily_unavailable');
  });

  it('and was refused is told so at the next visit', async () => {
    const browser = Browser.at(shop);
    provider.person = { sub: '', roles: [] };
    const back = await provider.cameBack(await away(browser));
    for (let visits = 0; visits < 2; visits += 1)
      expect((await browser.visit(back, HTML)).headers['location']).toBe('/?error=no_access');
    expect((await browser.visit(back)).status).toBe(401);
  });

  it('without a login is told so, with a line of its own', async () => {
    const before = audits('login.failed').length;
    const { status, headers } = await Browser.at(shop).visit('/bff/callback?state=none&code=none', HTML);
    expect([status, headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(audits('login.failed').slice(before)).toMatchObject([{ reason: 'the login is over or unknown' }]);
    expect(await shop.metric(/browser_logins_total\{outcome="unknown"\} (\d+)/)).toBeGreaterThan(0);
  });

  it('while the keys cannot be fetched is told to try again; new keys are known at once', async () => {
    const browser = Browser.at(shop);
    provider.rotate({ isPublished: false });
    provider.keysFailure = 503;
    const person = await browser.visit(await provider.cameBack(await away(browser)), HTML);
    const program = await browser.visit(await provider.cameBack(await away(browser)));
    provider.keysFailure = undefined;
    expect([person.headers['location'], program.status]).toEqual(['/?error=temporarily_unavailable', 502]);
    provider.rotate({ isPublished: false });
    expect((await browser.logInAtProvider()).status).toBe(303);
    provider.rotate({ isPublished: false });
    expect((await browser.logInAtProvider()).status).toBe(303);
  });

  it('may be sent to a page of an allowed origin, and of no other', async () => {
    const browser = Browser.at(shop);
    const there = `${SHOP}/cart#top`;
    const back = await provider.cameBack(await away(browser, `?returnTo=${encodeURIComponent(there)}`));
    expect((await browser.visit(back, HTML)).headers['location']).toBe(there);
    const others = [
      `${SHOP}.evil.example/`,
      `${SHOP}@evil.example`,
      `${SHOP}:444/`,
      'http://shop.example.com/',
      SHOP.toUpperCase(),
    ];
    for (const other of others) {
      const answer = await browser.visit(`/bff/login?returnTo=${encodeURIComponent(other)}`, HTML);
      expect([other, answer.status, answer.headers['content-type']]).toEqual([
        other,
        422,
        'text/html; charset=utf-8',
      ]);
    }
  });
});
