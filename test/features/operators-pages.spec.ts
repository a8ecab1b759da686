import { Access } from '#test/support/access';
import { Browser } from '#test/support/browser';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

const GRACE = { email: 'grace@example.com', password: 'nanosecond-wire' };
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

const access = new Access();
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
});
afterAll(() => shop?.close());

/** What a browser without scripts sends when somebody submits a form of a page of the admin port. */
const submit = (
  browser: Browser,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  browser.submit(path, form, {
    ...HTML,
    origin: shop.gateway.adminUrl,
    'sec-fetch-site': 'same-origin',
    ...headers,
  });
const visit = (browser: Browser, path: string) =>
  browser.visit(path, { ...HTML, 'sec-fetch-site': 'same-origin' });

async function loggedIn(): Promise<Browser> {
  const browser = new Browser(shop.gateway.adminUrl);
  const { status, headers } = await submit(browser, '/admin/login/form', {
    ...GRACE,
    next: '/admin/ui/event-loop?',
  });
  expect([status, headers['location']]).toEqual([303, '/admin/ui/event-loop']);
  return browser;
}

describe('a browser without scripts', () => {
  it('gets the login form in place of a page, and comes back to the page', async () => {
    const browser = new Browser(shop.gateway.adminUrl);
    const { status, text, headers } = await visit(browser, '/admin/ui/event-loop');
    expect([status, headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    const [, next] = /name="next" value="([^"]+)"/.exec(text)!;
    const login = await submit(browser, '/admin/login/form', { ...GRACE, next: next! });
    expect([login.status, login.headers['location']]).toEqual([303, '/admin/ui/event-loop']);
    const page = await visit(browser, '/admin/ui/event-loop');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Longest delay')]);
  });

  it('sees what the gateway does', async () => {
    const browser = await loggedIn();
    const looking = visit(browser, '/admin/ui');
    await request(shop.gateway.url).get('/v1/products');
    await looking;
    const { text } = await visit(browser, '/admin/ui');
    expect(text).toContain('GET /v1/products');
    for (const upstream of ['users', 'orders', 'products', 'reviews', 'assistant'])
      expect(text).toContain(`<th scope="row">${upstream}</th>`);
  });

  it.each(['/nothing', '/admin/nothing', '/admin/ui/nothing', '/shop'])(
    'gets a page for the mistyped address %s, and a program does not',
    async (path) => {
      const browser = new Browser(shop.gateway.adminUrl);
      const { status, text, headers } = await visit(browser, path);
      expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(headers['content-security-policy']).toContain("form-action 'self'");
      expect(text).toContain('<a href="/admin/ui"');
      for (const accept of ['*/*', 'application/json'])
        expect(
          (await fetch(shop.gateway.adminUrl + path, { headers: { accept } })).headers.get('content-type'),
        ).toBe('application/problem+json; charset=utf-8');
    },
  );

  it.each(['/v1/products', '/metrics/nothing', '/openapi.json'])(
    'gets problem details where programs ask, at %s',
    async (path) => {
      const { status, headers } = await visit(new Browser(shop.gateway.adminUrl), path);
      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    },
  );

  it('is logged out by a form', async () => {
    const browser = await loggedIn();
    const { status, headers } = await submit(browser, '/admin/logout/form', {});
    expect([status, headers['location']]).toEqual([303, '/admin/login']);
    expect((await visit(browser, '/admin/ui')).status).toBe(401);
  });

  it('is told what was wrong with a login, with the address that it gave, as text', async () => {
    const browser = new Browser(shop.gateway.adminUrl);
    const email = '"><script>alert(1)</script>@example.com';
    const { status, text } = await submit(browser, '/admin/login/form', {
      email,
      password: 'wrong',
      next: '/admin/ui',
    });
    expect(status).toBe(401);
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;@example.com"');
    expect(text).not.toContain('<script>');
  });
});

describe('a form of another page', () => {
  it.each([
    ['the shop, on another port', { 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a browser without Fetch Metadata', { 'sec-fetch-site': '' }],
  ])('neither logs in nor out: %s', async (_, headers) => {
    const browser = await loggedIn();
    expect((await submit(browser, '/admin/logout/form', {}, headers)).status).toBe(403);
    expect((await submit(browser, '/admin/login/form', GRACE, headers)).status).toBe(403);
    expect((await visit(browser, '/admin/ui/event-loop')).status).toBe(200);
  });
});

describe('the pages', () => {
  it('are refused to those who are no operators, by a page that says why', async () => {
    const { status, text } = await request(shop.gateway.adminUrl)
      .get('/admin/ui')
      .set({ ...access.of('u1'), ...HTML });
    expect([status, text]).toEqual([403, expect.stringContaining('This needs: admin.')]);
    const asProgram = await request(shop.gateway.adminUrl).get('/admin/ui').set(access.of('u1'));
    expect([asProgram.status, asProgram.headers['content-type']]).toEqual([
      403,
      expect.stringContaining('problem+json'),
    ]);
  });

  it('are not on the public port', async () => {
    for (const path of ['/admin/ui', '/admin/ui/style.css', '/admin/ui/live.js'])
      expect((await request(shop.gateway.url).get(path)).status).toBe(404);
  });
});
