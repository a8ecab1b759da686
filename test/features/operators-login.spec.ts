import { Access } from '#test/support/access';
import { Browser } from '#test/support/browser';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

const GRACE = { email: 'grace@example.com', password: 'nanosecond-wire' };
const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
const OPERATOR = '__Host-Http-atrium-operator';
const SHOP = '__Host-Http-atrium';

const access = new Access();
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({
    JWT_PRIVATE_KEY: access.privateKey,
    CORS_ORIGINS: 'https://shop.example',
    PUBLIC_URL: 'https://api.shop.example',
  });
});
afterAll(() => shop?.close());

const atAdmin = () => new Browser(shop.gateway.adminUrl);
async function loggedIn(): Promise<Browser> {
  const browser = atAdmin();
  expect((await browser.post('/admin/login', GRACE)).status).toBe(204);
  return browser;
}

describe('an operator in a browser', () => {
  it('logs in, looks around and logs out', async () => {
    const browser = await loggedIn();
    expect((await browser.get('/admin/session')).body).toEqual({
      userId: 'u2',
      scopes: expect.arrayContaining(['admin']),
    });
    expect((await browser.get('/admin/health')).status).toBe(200);
    expect((await browser.post('/admin/cache/invalidate', { tags: ['none'] })).status).toBe(200);
    const value = browser.cookies.get(OPERATOR)!;
    expect((await browser.post('/admin/logout')).status).toBe(204);
    expect(browser.cookies.has(OPERATOR)).toBe(false);
    browser.cookies.set(OPERATOR, value);
    expect((await browser.get('/admin/health')).status).toBe(401);
  });

  it('holds a cookie that no script reads, no other site sends, and no other name has', async () => {
    const { headers } = await request(shop.gateway.adminUrl).post('/admin/login').set('x-csrf', '1').send(GRACE);
    const set = (headers['set-cookie'] as unknown as string[]).find((one) => one.startsWith(`${OPERATOR}=`))!;
    for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']) expect(set).toContain(attribute);
    expect(set).not.toContain('Domain');
  });

  it('must be one: others are told so, and have no session', async () => {
    const browser = atAdmin();
    const refused = await browser.post('/admin/login', ADA);
    expect([refused.status, browser.cookies.has(OPERATOR)]).toEqual([403, false]);
    const wrong = await browser.post('/admin/login', { ...GRACE, password: 'wrong' });
    expect([wrong.status, browser.cookies.has(OPERATOR)]).toEqual([401, false]);
    expect(shop.logs.gateway.with({ audit: 'login.failed', kind: 'operator' })).toHaveLength(1);
  });

  it('loses what they may do with their role, and their session with all others', async () => {
    const browser = await loggedIn();
    const { body } = await request(shop.gateway.url).post('/v1/auth/login').send(GRACE);
    const { accessToken } = body as { accessToken: string };
    const everywhere = request(shop.gateway.url).post('/v1/auth/logout-all');
    expect((await everywhere.set('authorization', `Bearer ${accessToken}`)).status).toBe(204);
    expect((await browser.get('/admin/health')).status).toBe(401);
  });
});

describe('cookies, which know no ports', () => {
  it('of the shop are of no use at the admin port, and the other way round', async () => {
    const inShop = Browser.at(shop);
    expect((await inShop.post('/bff/login', GRACE)).status).toBe(204);
    const admin = await loggedIn();
    for (const [name, value] of inShop.cookies) admin.cookies.set(name, value);
    const both = (url: string) => Object.assign(new Browser(url), { cookies: new Map(admin.cookies) });
    expect((await both(shop.gateway.adminUrl).get('/admin/health')).status).toBe(200);
    expect((await both(shop.gateway.url).get('/v1/me')).status).toBe(200);

    const shopAlone = new Browser(shop.gateway.adminUrl);
    shopAlone.cookies.set(SHOP, inShop.cookies.get(SHOP)!);
    expect((await shopAlone.get('/admin/health')).status).toBe(401);
    const operatorAlone = new Browser(shop.gateway.url);
    operatorAlone.cookies.set(OPERATOR, admin.cookies.get(OPERATOR)!);
    expect((await operatorAlone.get('/v1/me')).status).toBe(401);
  });

  it('of one are not taken under the name of the other', async () => {
    const inShop = Browser.at(shop);
    await inShop.post('/bff/login', GRACE);
    const admin = await loggedIn();
    const [shops, operators] = [inShop.cookies.get(SHOP)!, admin.cookies.get(OPERATOR)!];
    const forged = new Browser(shop.gateway.adminUrl);
    forged.cookies.set(OPERATOR, shops);
    expect((await forged.get('/admin/health')).status).toBe(401);
    const inTheShop = new Browser(shop.gateway.url);
    inTheShop.cookies.set(SHOP, operators);
    expect((await inTheShop.get('/v1/me')).status).toBe(401);
  });

  it.each([
    ['the shop', (): string => shop.gateway.url],
    ['an origin of CORS_ORIGINS', () => 'https://shop.example'],
    ['PUBLIC_URL', () => 'https://api.shop.example'],
    ['a stranger', () => 'https://evil.example'],
  ])('do not let pages of %s act as the operator', async (_, origin) => {
    const browser = await loggedIn();
    const from = { origin: origin(), 'sec-fetch-site': 'same-site' };
    expect((await browser.post('/admin/broadcast', { message: 'hello' }, from)).status).toBe(403);
    expect((await browser.post('/admin/logout', undefined, from)).status).toBe(403);
    expect((await browser.post('/admin/login', GRACE, from)).status).toBe(403);
    const answer = await browser.get('/admin/health', from);
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });

  it('do not let a form act as the operator, not even one of ours', async () => {
    const browser = await loggedIn();
    const cookie = `${OPERATOR}=${browser.cookies.get(OPERATOR)}`;
    const answer = await request(shop.gateway.adminUrl)
      .post('/admin/broadcast')
      .set({ cookie, origin: shop.gateway.adminUrl, 'sec-fetch-site': 'same-origin' })
      .send({ message: 'hello' });
    expect(answer.status).toBe(403);
  });
});

describe('a program at the admin port', () => {
  it('goes on with its token, and with no header of pages', async () => {
    const answer = await request(shop.gateway.adminUrl).get('/admin/health').set(access.admin);
    expect(answer.status).toBe(200);
  });
});

describe('the login page', () => {
  it('is there on the admin port alone, with nothing of strangers in it', async () => {
    const { status, headers, text } = await request(shop.gateway.adminUrl)
      .get('/admin/login?next=/admin/health')
      .set('accept', 'text/html');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    const [, script] = /<script type="module" src="([^"]+)">/.exec(text)!;
    expect(text).not.toMatch(/<script[^>]*>[^<]/);
    const served = await request(shop.gateway.adminUrl).get(script!);
    expect([served.status, served.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect((await request(shop.gateway.url).get('/admin/login')).status).toBe(404);
  });
});
