import { afterAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { Client } from '#test/support/client';
import { ProviderShop, PUBLIC_URL } from '#test/support/provider-shop';
import request from 'supertest';

const SHOP = 'https://shop.example.com';
const SESSION = '__Host-Http-atrium';
const ADA = { email: 'ada@example.com', password: 'analytical-engine' };

const opened = await ProviderShop.open({ CORS_ORIGINS: SHOP });
const { shop } = opened;
afterAll(() => opened.close());

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
      scopes: ['profile:read', 'profile:write', 'orders:read', 'orders:write', 'reviews:write'],
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
    const first = browser.cookies.get(SESSION)!;
    expect(first).not.toBe('a'.repeat(65));
    await browser.post('/bff/login', ADA);
    expect(browser.cookies.get(SESSION)).not.toBe(first);
    browser.cookies.set(SESSION, first);
    expect((await browser.get('/v1/me')).status).toBe(401);
  });

  it('has its session also behind a proxy that asks for HTTP Basic', async () => {
    const browser = await adasBrowser();
    const authorization = 'Basic dTE6cA==';
    expect((await browser.get('/v1/me', { authorization })).body).toMatchObject({ email: ADA.email });
    const forged = await browser.get('/v1/me', { authorization, 'sec-fetch-site': 'cross-site', 'x-csrf': '' });
    expect(forged.status).toBe(403);
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
  const requested = async (path: string, headers: Record<string, string>) =>
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
    expect(await requested('/v1/me', headers)).toBe(status);
  });

  it.each([
    ['with the header', { 'x-csrf': '1' }],
    ['from an allowed origin', { 'x-csrf': '1', origin: SHOP }],
    ['from where browsers reach us', { 'x-csrf': '1', origin: PUBLIC_URL }],
  ])('is none that comes %s', async (_, headers) => {
    expect(await requested('/v1/me', headers)).toBe(200);
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
    expect(await requested('/v1/products/p1?fields=product.id', {})).toBe(200);
  });

  it('may not be a navigation to what is held by a cookie, unless from this site', async () => {
    expect(await requested('/bff/session', {})).toBe(403);
    expect(await requested('/bff/session', { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await requested('/bff/session', { 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await requested('/bff/session', { origin: SHOP })).toBe(200);
  });
});
