import { afterAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { ProviderShop, PUBLIC_URL } from '#test/support/provider-shop';
import request from 'supertest';

const SESSION = '__Host-Http-atrium';

const opened = await ProviderShop.open();
const { shop, provider } = opened;
afterAll(() => opened.close());

describe('a browser at the provider', () => {
  it('comes back logged in, to where it wanted to be', async () => {
    const browser = Browser.at(shop);
    const back = await browser.logInAtProvider('/orders?page=2');
    expect([back.status, back.headers['location']]).toEqual([303, '/orders?page=2']);
    expect((await browser.get('/bff/session')).body).toEqual({
      userId: 'u1',
      scopes: ['profile:read', 'orders:read'],
    });
    expect((await browser.get('/v1/home?fields=user.email')).body).toEqual({ user: { email: 'ada@example.com' } });
  });

  it('is sent there with PKCE, state and nonce, and a cookie that says nothing of them', async () => {
    const browser = Browser.at(shop);
    const away = await browser.visit('/bff/login');
    const { searchParams, origin } = new URL(String(away.headers['location']));
    expect(origin).toBe(provider.url);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: provider.client.id,
      redirect_uri: `${PUBLIC_URL}/bff/callback`,
      code_challenge_method: 'S256',
      scope: 'openid profile offline_access',
    });
    const [cookie] = away.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(
      /^__Host-Http-atrium-login-[\w-]{16}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    for (const name of ['state', 'nonce', 'code_challenge']) expect(cookie).not.toContain(searchParams.get(name)!);
  });

  it('comes back once, in the browser that it went from: what a stranger opens changes nothing', async () => {
    const browser = Browser.at(shop);
    const away = await browser.visit('/bff/login?returnTo=/mine');
    const back = await provider.cameBack(String(away.headers['location']));
    const stranger = Browser.at(shop);
    const stolen = await stranger.visit(back);
    expect([stolen.status, stranger.cookies.size]).toEqual([401, 0]);
    expect((await browser.visit(back)).headers['location']).toBe('/mine');
    const session = browser.cookies.get(SESSION);
    const again = await browser.visit(back);
    expect([again.status, again.headers['location'], again.headers['set-cookie']]).toEqual([
      303,
      '/mine',
      undefined,
    ]);
    expect(browser.cookies.get(SESSION)).toBe(session);
    expect((await browser.get('/bff/session')).status).toBe(200);
  });

  it('is not let in with another state, or another code', async () => {
    for (const change of ['state', 'code', 'iss']) {
      const browser = Browser.at(shop);
      const away = await browser.visit('/bff/login');
      const back = new URL(await provider.cameBack(String(away.headers['location'])), PUBLIC_URL);
      back.searchParams.set(change, 'https://evil.example');
      const answer = await browser.visit(back.pathname + back.search);
      expect([change, answer.status, browser.cookies.has(SESSION)]).toEqual([change, 401, false]);
    }
  });

  it.each([
    ['/search?q=café au lait#läs', '/search?q=caf%C3%A9%20au%20lait#l%C3%A4s'],
    ['/заказы/😀', '/%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7%D1%8B/%F0%9F%98%80'],
    ['/a%20b/%C3%A9?c=%2F', '/a%20b/%C3%A9?c=%2F'],
    ['/\u2028/evil.example', '/%E2%80%A8/evil.example'],
    ['/\uff0fevil.example', '/%EF%BC%8Fevil.example'],
  ])('comes back to %p, percent-encoded', async (returnTo, location) => {
    const back = await Browser.at(shop).logInAtProvider(returnTo);
    expect([back.status, back.headers['location']]).toEqual([303, location]);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'evil',
    '/\t/evil.example',
    '',
    '/.//evil.example',
    '/..//evil.example',
    '/%2e//evil.example',
    '/a/..//evil.example',
    '/a/%2E%2e//evil.example',
    '/a\u0085b',
    ' /a',
    // It would lead here again, without end.
    '/bff/login?returnTo=/a',
    '/a/../bff/callback/',
    '/bff/%6Cogin?returnTo=/a',
    `${PUBLIC_URL}/bff/login?returnTo=/a`,
    'https://api.shop.example.com\u3002evil.example/',
    `/${'é'.repeat(400)}`,
  ])('is never sent on to %p', async (returnTo) => {
    const away = await Browser.at(shop).visit(`/bff/login?returnTo=${encodeURIComponent(returnTo)}`);
    expect([away.status, away.body.errors?.[0]?.field]).toEqual([422, 'returnTo']);
  });

  it.each([
    ['by session', (sid: string) => ({ sub: undefined, sid }), 200],
    ['by person', () => ({ sub: 'u1' }), 401],
    ['by both', (sid: string) => ({ sub: 'u1', sid }), 200],
    ['by a token without an expiry', (sid: string) => ({ sid, exp: undefined }), 200],
    ['by session, with null for the rest', (sid: string) => ({ sub: null, sid, nonce: null }), 200],
    ['by person, with null for the session', () => ({ sub: 'u1', sid: null }), 401],
  ])('is logged out when the provider says so, %s, once', async (_, claimsOf, other) => {
    let sid = '';
    provider.changeTokens = ({ id_token: token }) => {
      sid = (JSON.parse(Buffer.from(String(token).split('.')[1]!, 'base64url').toString()) as { sid: string }).sid;
    };
    const [another, browser] = [Browser.at(shop), Browser.at(shop)];
    for (const one of [another, browser]) await one.logInAtProvider();
    provider.changeTokens = () => {};
    const send = (token: string) =>
      request(shop.gateway.url).post('/bff/backchannel-logout').type('form').send({ logout_token: token });
    const token = provider.logoutToken(claimsOf(sid));
    const reported = await send(token);
    expect([reported.status, reported.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await browser.get('/v1/home')).status).toBe(401);
    expect((await another.get('/v1/home')).status).toBe(other);
    expect((await send(token)).status).toBe(400);
  });

  it.each([
    ['an ID token', () => provider.logoutToken({ nonce: 'n', events: undefined })],
    ['one for somebody else', () => provider.logoutToken({ aud: 'another' })],
    ['one without an event', () => provider.logoutToken({ events: {} })],
    ['one with a nonce', () => provider.logoutToken({ nonce: 'n' })],
    ['an old one', () => provider.logoutToken({ iat: 1_700_000_000, exp: 4_000_000_000 })],
    ['an old one without an expiry', () => provider.logoutToken({ iat: 1_700_000_000, exp: undefined })],
    ['one from the future', () => provider.logoutToken({ iat: 4_000_000_000, exp: undefined })],
    ['one of nobody', () => provider.logoutToken({ sub: undefined })],
    ['one of null', () => provider.logoutToken({ sub: null, sid: null })],
    ['one signed by another', () => `${provider.logoutToken().slice(0, -8)}AAAAAAAA`],
    ['nothing at all', () => ''],
  ])('is not logged out by %s', async (_, make) => {
    const lines = () => shop.warnings('a logout token was refused');
    const before = lines().length;
    const audits = () => shop.logs.gateway.with({ audit: 'logout.refused', kind: 'browser' });
    const refused = async () =>
      (await shop.metric(/^backchannel_logouts_total\{outcome="refused"\} (\d+)$/m)) ?? 0;
    const [auditsBefore, refusedBefore] = [audits().length, await refused()];
    const answer = await request(shop.gateway.url)
      .post('/bff/backchannel-logout')
      .type('form')
      .send({ logout_token: make() });
    expect([answer.status, answer.body.code]).toEqual([400, 'BAD_REQUEST']);
    expect(lines().slice(before)).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/^[A-Z\w: "-]+/) }),
    ]);
    const { reason } = lines().at(-1)!;
    expect(audits().slice(auditsBefore)).toEqual([expect.objectContaining({ reason, address: '127.0.0.1' })]);
    expect(await refused()).toBe(refusedBefore + 1);
  });

  it('never sees a token, and neither do the logs', async () => {
    const browser = Browser.at(shop);
    const back = await browser.logInAtProvider();
    const seen = JSON.stringify([
      back.headers,
      back.text,
      (await browser.get('/bff/session')).body,
      shop.logs.gateway.lines,
    ]);
    expect(seen).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
    expect(shop.logs.gateway.with({ audit: 'login.ok', kind: 'browser' }).length).toBeGreaterThan(0);
  });
});
