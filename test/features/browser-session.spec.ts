import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityProvider } from '#libs/testing';
import { Browser } from '#test/support/browser';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import request from 'supertest';

const SHOP = 'https://shop.example.com';
const PUBLIC_URL = 'https://api.shop.example.com';
const SESSION = '__Host-Http-atrium';
const ADA = { email: 'ada@example.com', password: 'analytical-engine' };

let shop: Shop;
let provider: IdentityProvider;
const folder = mkdtempSync(join(tmpdir(), 'atrium-issuers-'));

beforeAll(async () => {
  provider = await IdentityProvider.open();
  const file = join(folder, 'issuers.json');
  writeFileSync(file, JSON.stringify([provider.settings]));
  shop = await Shop.open({
    CORS_ORIGINS: SHOP,
    PUBLIC_URL,
    ISSUERS_FILE: file,
    OIDC_ISSUER: provider.url,
    OIDC_CLIENT_ID: provider.client.id,
    OIDC_CLIENT_SECRET: provider.client.secret,
  });
});
afterAll(async () => {
  await shop?.close();
  await provider?.close();
  rmSync(folder, { recursive: true });
});

async function adasBrowser(): Promise<Browser> {
  const browser = Browser.at(shop);
  expect((await browser.post('/bff/login', ADA)).status).toBe(204);
  return browser;
}

describe('a browser', () => {
  it('logs in with a password, is somebody to both doors, and logs out', async () => {
    const browser = await adasBrowser();
    expect((await browser.get('/bff/session')).body).toEqual({
      userId: 'u1',
      scopes: ['profile:read', 'profile:write', 'orders:read', 'orders:write'],
    });
    expect((await browser.get('/v1/me')).body).toMatchObject({ email: ADA.email });
    const graphql = await browser.post('/graphql', { query: '{ me { email } }' });
    expect(graphql.body.data.me.email).toBe(ADA.email);
    const cookie = browser.cookies.get(SESSION)!;
    expect((await browser.post('/bff/logout')).status).toBe(204);
    expect(browser.cookies.has(SESSION)).toBe(false);
    browser.cookies.set(SESSION, cookie);
    expect((await browser.get('/v1/me')).status).toBe(401);
  });

  it('is given a cookie that no script can read, no other site has sent, and no neighbour can set', async () => {
    const answer = await Browser.at(shop).post('/bff/login', ADA);
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    const [pair, ...attributes] = cookie!.split('; ');
    expect(pair).toMatch(/^__Host-Http-atrium=[\w-]{65}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']);
    expect(answer.text).toBe('');
  });

  it('is given another cookie at each login: one that was planted is worth nothing', async () => {
    const browser = Browser.at(shop);
    browser.cookies.set(SESSION, 'a'.repeat(65));
    await browser.post('/bff/login', ADA);
    const first = browser.cookies.get(SESSION);
    expect(first).not.toBe('a'.repeat(65));
    await browser.post('/bff/login', ADA);
    expect(browser.cookies.get(SESSION)).not.toBe(first);
  });

  it('is told nothing of which half was wrong, and is slowed down as apps are', async () => {
    const browser = Browser.at(shop);
    const wrong = await browser.post('/bff/login', { ...ADA, password: 'wrong' });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'UNAUTHENTICATED']);
    const nobody = { email: 'nobody-at-all@example.com', password: 'wrong' };
    for (let i = 0; i < 5; i += 1) expect((await browser.post('/bff/login', nobody)).status).toBe(401);
    const slowed = await browser.post('/bff/login', nobody);
    expect([slowed.status, slowed.body.code, slowed.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '1']);
  });

  it('shows its session among those of its user, who can end it elsewhere', async () => {
    const browser = await adasBrowser();
    const app = await Client.of(shop, 'ada');
    const { body } = await app.get('/v1/auth/sessions');
    const [newest] = body.items.filter(({ kind }: { kind: string }) => kind === 'BROWSER');
    expect(newest).toMatchObject({ isCurrent: false, address: '127.0.0.1' });
    const mine = (await browser.get('/v1/auth/sessions')).body.items.find(
      (one: { isCurrent: boolean }) => one.isCurrent,
    );
    const ended = await request(shop.gateway.url)
      .delete(`/v1/auth/sessions/${mine.id}`)
      .set('authorization', `Bearer ${app.token}`);
    expect(ended.status).toBe(204);
    expect((await browser.get('/v1/me')).status).toBe(401);
  });

  it('goes on as anybody where its session is over, and is told to drop the cookie', async () => {
    const browser = await adasBrowser();
    browser.cookies.set(SESSION, `${browser.cookies.get(SESSION)!.slice(0, -4)}AAAA`);
    expect((await browser.get('/v1/products/p1?fields=product.id')).status).toBe(200);
    expect(browser.cookies.has(SESSION)).toBe(false);
  });
});

describe("a stranger's page", () => {
  const cookieOf = async () => ({ cookie: `${SESSION}=${(await adasBrowser()).cookies.get(SESSION)}` });
  const asked = async (path: string, headers: Record<string, string>) =>
    (
      await request(shop.gateway.url)
        .get(path)
        .set({ ...(await cookieOf()), ...headers })
    ).status;

  it.each([
    ['without the header', {}, 403],
    ['with another value of it', { 'x-csrf': '0' }, 403],
    ['with the header, from an origin of nobody', { 'x-csrf': '1', origin: 'https://evil.example' }, 403],
    ['with the header, from null', { 'x-csrf': '1', origin: 'null' }, 403],
    ['without the header, from an origin that is allowed', { origin: SHOP }, 403],
    ['without the header, from this site', { 'sec-fetch-site': 'same-origin' }, 403],
  ])('cannot read %s', async (_, headers, status) => {
    expect(await asked('/v1/me', headers)).toBe(status);
  });

  it.each([
    ['with the header', { 'x-csrf': '1' }],
    ['from an allowed origin', { 'x-csrf': '1', origin: SHOP }],
    ['from where browsers reach us', { 'x-csrf': '1', origin: PUBLIC_URL }],
  ])('is none that comes %s', async (_, headers) => {
    expect(await asked('/v1/me', headers)).toBe(200);
  });

  it('cannot write, log in or log out, whatever it sends', async () => {
    const cookie = await cookieOf();
    for (const path of ['/v1/orders', '/bff/login', '/bff/logout', '/graphql']) {
      const post = (type: string, body: string) =>
        request(shop.gateway.url)
          .post(path)
          .set({ ...cookie, 'content-type': type, origin: 'https://evil.example' })
          .send(body);
      const body = path === '/graphql' ? '{"query":"{ me { id } }"}' : JSON.stringify(ADA);
      expect([path, (await post('application/json', body)).status]).toEqual([path, 403]);
      const form = await post('application/x-www-form-urlencoded', 'email=ada%40example.com');
      expect([path, [403, 415].includes(form.status)]).toEqual([path, true]);
    }
    expect(
      (
        await request(shop.gateway.url)
          .get('/v1/me')
          .set({ ...cookie, 'x-csrf': '1' })
      ).status,
    ).toBe(200);
  });

  it('sees what anybody sees', async () => {
    expect(await asked('/v1/products/p1?fields=product.id', {})).toBe(200);
  });

  it('may not be a navigation to what is held by a cookie, unless from this site', async () => {
    expect(await asked('/bff/session', {})).toBe(403);
    expect(await asked('/bff/session', { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await asked('/bff/session', { 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await asked('/bff/session', { origin: SHOP })).toBe(200);
  });
});

describe('a browser at the provider', () => {
  it('comes back logged in, to where it wanted to be', async () => {
    const browser = Browser.at(shop);
    const back = await browser.logInAtProvider('/orders?page=2');
    expect([back.status, back.headers['location']]).toEqual([303, '/orders?page=2']);
    expect((await browser.get('/bff/session')).body).toEqual({
      userId: 'u1',
      scopes: ['profile:read', 'orders:read'],
    });
    expect((await browser.get('/v1/home?fields=user.email')).body).toEqual({ user: { email: ADA.email } });
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
      /^__Host-Http-atrium-login=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    for (const name of ['state', 'nonce', 'code_challenge']) expect(cookie).not.toContain(searchParams.get(name)!);
  });

  it('comes back once, in the browser that it went from', async () => {
    const browser = Browser.at(shop);
    const away = await browser.visit('/bff/login');
    const login = browser.cookies.get('__Host-Http-atrium-login')!;
    const stranger = Browser.at(shop);
    const stolen = await stranger.comeBack(String(away.headers['location']));
    expect([stolen.status, stranger.cookies.size]).toEqual([401, 0]);
    expect((await browser.comeBack(String(away.headers['location']))).status).toBe(303);
    browser.cookies.set('__Host-Http-atrium-login', login);
    expect((await browser.comeBack(String(away.headers['location']))).status).toBe(401);
  });

  it('is not let in with another state, or another code', async () => {
    for (const change of ['state', 'code', 'iss']) {
      const browser = Browser.at(shop);
      const away = await browser.visit('/bff/login');
      const atProvider = await fetch(String(away.headers['location']), { redirect: 'manual' });
      const back = new URL(atProvider.headers.get('location')!);
      back.searchParams.set(change, 'https://evil.example');
      const answer = await browser.visit(back.pathname + back.search);
      expect([change, answer.status, browser.cookies.has(SESSION)]).toEqual([change, 401, false]);
    }
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'evil', '/\t/evil.example', ''])(
    'is never sent on to %p',
    async (returnTo) => {
      const away = await Browser.at(shop).visit(`/bff/login?returnTo=${encodeURIComponent(returnTo)}`);
      expect([away.status, away.body.errors?.[0]?.field]).toEqual([422, 'returnTo']);
    },
  );

  it('is logged out when the provider says so, by session or by person, once', async () => {
    const browser = Browser.at(shop);
    await browser.logInAtProvider();
    const say = (token: string) =>
      request(shop.gateway.url).post('/bff/backchannel-logout').type('form').send({ logout_token: token });
    const token = provider.logoutToken();
    const told = await say(token);
    expect([told.status, told.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await browser.get('/v1/home')).status).toBe(401);
    expect((await say(token)).status).toBe(400);
  });

  it.each([
    ['an ID token', () => provider.logoutToken({ nonce: 'n', events: undefined })],
    ['one for somebody else', () => provider.logoutToken({ aud: 'another' })],
    ['one without an event', () => provider.logoutToken({ events: {} })],
    ['one with a nonce', () => provider.logoutToken({ nonce: 'n' })],
    ['an old one', () => provider.logoutToken({ iat: 1_700_000_000, exp: 4_000_000_000 })],
    ['one of nobody', () => provider.logoutToken({ sub: undefined })],
    ['one signed by another', () => `${provider.logoutToken().slice(0, -8)}AAAAAAAA`],
    ['nothing at all', () => ''],
  ])('is not logged out by %s', async (_, make) => {
    const answer = await request(shop.gateway.url)
      .post('/bff/backchannel-logout')
      .type('form')
      .send({ logout_token: make() });
    expect([answer.status, answer.body.code]).toEqual([400, 'BAD_REQUEST']);
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
