import { hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { PageVisitor, type ReachedPage } from '#test/support/page-visitor';
import { secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { buildStorefront } from '#tools/launcher/storefront';

let folder: string;
let shop: Shop;
let ada: PageVisitor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storefront-'));
  await buildStorefront(folder);
  shop = await Shop.open({ STOREFRONT_DIR: folder });
  ada = PageVisitor.at(shop);
  await ada.logIn();
});
afterAll(async () => {
  await shop?.close();
  await rm(folder, { recursive: true, force: true });
});

const titleOf = ({ text }: ReachedPage): string => /<h1[^>]*>([^<]*)/.exec(text)![1]!;
const anyone = () => PageVisitor.at(shop);
const CART = '__Host-Http-atrium-cart';

/** The class names that style sheets have rules for. */
const classesOf = (sheet: string): Set<string> =>
  new Set([...sheet.matchAll(/\.([a-z][\w-]*)(?=[^;{}]*\{)/g)].map(([, name]) => name!));

/** The classes of a page that some sheet has rules for, and its own has not. */
function unstyledIn(page: string): string[] {
  const known = new Set(
    globSync(join(folder, '*.css')).flatMap((file) => [...classesOf(readFileSync(file, 'utf8'))]),
  );
  expect(known.size).toBeGreaterThan(40);
  const own = classesOf(/<style>([^]*?)<\/style>/.exec(page)![1]!);
  const used = [...page.replace(/<style>[^]*?<\/style>/g, '').matchAll(/ class="([^"]*)"/g)];
  return used.flatMap(([, names]) => names!.split(' ')).filter((name) => known.has(name) && !own.has(name));
}

describe('the pages', () => {
  const PUBLIC = ['/shop', '/shop/search', '/shop/search?q=a&sort=PRICE_ASC&page=2', '/shop/products/p1'] as const;
  const OWN = [
    '/shop/cart',
    '/shop/checkout',
    '/shop/orders',
    '/shop/orders/o8000',
    '/shop/account',
    '/shop/products/p1/review',
  ] as const;
  const MORE = [
    '/shop/orders/o8000/chat',
    '/shop/assistant',
    '/shop/login',
    '/shop/offline',
    '/shop/none',
  ] as const;
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:a11y'],
    elements: ['html5', { template: { attributes: { shadowrootmode: { enum: ['open'] } } } }],
    rules: { 'no-inline-style': 'error', 'long-title': 'off', 'no-implicit-button-type': 'off' },
  });

  it.each([...PUBLIC, ...OWN, ...MORE, '/shop (own)'])('%s is valid and accessible HTML', async (name) => {
    ada.cookies.set(CART, 'p1*1~nothing*2');
    if (name === '/shop/checkout') ada.cookies.set(CART, 'p1*1');
    const visitor = PUBLIC.includes(name as never) ? anyone() : ada;
    const { text } = await visitor.go(name.replace(' (own)', ''));
    expect(unstyledIn(text)).toEqual([]);
    const report = await validator.validateString(text);
    expect(
      report.results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
    ).toEqual([]);
    ada.cookies.delete(CART);
  });

  it('have a title, a language and a canonical address, those of visitors none', async () => {
    const search = await anyone().go('/shop/search?page=1&q=a&utm_source=x&sort=RELEVANCE');
    expect(search.text).toContain('<title>Search: a · Atrium Shop</title>');
    expect(search.text).toContain('<link rel="canonical" href="/shop/search?q=a">');
    expect(search.text).toContain('<meta name="description"');
    const login = await anyone().go('/shop/login?next=/shop/cart');
    expect(login.text).toContain('<link rel="canonical" href="/shop/login">');
    expect((await ada.go('/shop/account')).text).toContain('<meta name="robots" content="noindex">');
    const robots = await anyone().go('/robots.txt');
    expect([robots.headers.get('content-type'), robots.text.includes('Disallow: /shop/cart')]).toEqual([
      'text/plain; charset=utf-8',
      true,
    ]);
  });

  it('have what messengers show of a link, with URLs where the gateway knows its own', async () => {
    const second = await secondGateway(shop, () => ({
      PUBLIC_URL: 'https://shop.example',
      STOREFRONT_DIR: folder,
      STOREFRONT: 'on',
    }));
    const properties = ({ text }: ReachedPage) =>
      Object.fromEntries(
        [...text.matchAll(/<meta property="og:(\w+)" content="([^"]*)">/g)].map(([, ...of]) => of),
      );
    try {
      const known = properties(await PageVisitor.at(second).go('/shop/products/p1'));
      expect(known).toMatchObject({
        type: 'website',
        site_name: 'Atrium Shop',
        title: 'Classic Soundbar',
        url: 'https://shop.example/shop/products/p1',
        image: expect.stringMatching(/^https:\/\//),
      });
      const { url: _, image: __, ...rest } = known;
      expect(properties(await anyone().go('/shop/products/p1'))).toMatchObject(rest);
      expect(properties(await anyone().go('/shop/products/p1'))).not.toHaveProperty('url');
      expect(properties(await ada.go('/shop/account'))).toEqual({});
    } finally {
      await second.gateway.stop();
    }
  });

  it('are where GET / leads browsers in development, and programs get links', async () => {
    const start = await anyone().send('/');
    expect([start.status, start.headers.get('location'), start.headers.get('vary')]).toEqual([
      303,
      '/shop',
      'Accept',
    ]);
    const links = await anyone().send('/', { headers: { accept: 'application/json' } });
    expect(await links.json()).toHaveProperty('links.rest', '/v1');
  });

  it('have their icon also where browsers look for that of an answer that is no page', async () => {
    const icon = (headers: Record<string, string> = {}) => fetch(`${shop.gateway.url}/favicon.ico`, { headers });
    const sent = await icon();
    const { status, headers } = sent;
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'image/svg+xml',
      'public, max-age=86400',
    ]);
    expect(await sent.text()).toBe(readFileSync(globSync(join(folder, 'icon-*.svg'))[0]!, 'utf8'));
    expect((await icon({ 'if-none-match': headers.get('etag')! })).status).toBe(304);
  });

  it('are in the language that the visitor prefers, with its dates and amounts', async () => {
    const visitor = anyone();
    visitor.language = 'fr, de-AT;q=0.8, en;q=0.5';
    await visitor.logIn();
    const page = await visitor.go('/shop/orders/o8000');
    expect(page.headers.get('content-language')).toBe('de');
    expect(page.headers.get('vary')).toContain('Accept-Language');
    expect(page.text).toContain('<html lang="de">');
    expect(titleOf(page)).toBe('Bestellung o8000');
    expect(page.text).toContain('31.12.2025, 23:15 UTC');
    expect(page.text).toContain('884,93\u{a0}$');
    expect(titleOf(await visitor.go('/shop/none'))).toBe('Seite nicht gefunden');
    visitor.language = '*';
    expect((await visitor.go('/shop')).headers.get('content-language')).toBe('en');
  });

  it('say in HTML what is not there, wrong, or too much', async () => {
    for (const path of ['/shop/none', '/shop/products/none', '/shop/a/b/c']) {
      const { status, text } = await ada.go(path);
      expect([path, status, text.includes('<h1 id="content" tabindex="-1">Page not found</h1>')]).toEqual([
        path,
        404,
        true,
      ]);
    }
    expect((await ada.go('/shop/orders/o1')).status).toBe(404);
    const wrong = await anyone().go('/shop/search?page=x');
    expect([wrong.status, wrong.text.includes('<h1')]).toEqual([400, true]);
    const json = await ada.go('/shop/none', { accept: 'application/json' });
    expect(JSON.parse(json.text)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  it('say in HTML also outside of the shop that there is nothing, and to programs as ever', async () => {
    const answerTo = async (path: string, headers = {}, url = shop.gateway.url) => {
      const { status, headers: sent } = await fetch(url + path, {
        headers: { accept: 'text/html,*/*;q=0.8', ...headers },
      });
      return [path, status, sent.get('content-type')];
    };
    const [page, problem] = ['text/html', 'application/problem+json'].map((type) => `${type}; charset=utf-8`);
    // Below /admin there is nothing on this port: what the other one has looks as any mistyped address.
    const mistyped = ['/nothing', '/shopp/cart?x=1', '/docz', '/docs/x/y', '/v1st', '/bff/x', '//v1/home'];
    for (const path of [...mistyped, '/admin', '/admin/x', '/admin/ui', '/admin/health'])
      expect(await answerTo(path)).toEqual([path, 404, page]);
    for (const path of ['/nothing', '/admin/ui']) {
      const { text } = await anyone().go(path);
      expect(text).toContain('Page not found');
      expect(text).toContain('<a class="button" href="/shop">');
    }
    for (const path of ['/v1', '/v1/nothing', '/orders/x/y/z', '/graphql/x', '/.well-known/x', '/livez/x?y'])
      expect(await answerTo(path)).toEqual([path, 404, problem]);
    expect(await answerTo('/v2/home')).toEqual(['/v2/home', 400, problem]);
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.9'])
      expect(await answerTo('/nothing', { accept })).toEqual(['/nothing', 404, problem]);
  });

  it('forbid scripts and styles within, and frames around', async () => {
    const own = await ada.go('/shop/account');
    const policy = own.headers.get('content-security-policy')!;
    expect(policy).toMatch(/script-src 'nonce-[\w-]{22}' 'strict-dynamic'/);
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types site");
    expect(policy).toContain("frame-ancestors 'none'");
    const shared = await anyone().go('/shop');
    expect(shared.headers.get('content-security-policy')).toMatch(/script-src 'self'$/);
    for (const page of [own, shared]) {
      const allowed = page.headers.get('content-security-policy')!;
      expect(allowed).not.toContain('unsafe');
      // With a build, the style sheet is within the page, and the policy has its hash.
      const rest = page.text.replaceAll(/<style>([^]*?)<\/style>/g, (element, sheet: string) =>
        allowed.includes(`'sha256-${hash('sha256', sheet, 'base64')}'`) ? '' : element,
      );
      expect(rest).not.toMatch(/<style|style="|<script(?![^>]* src=)| on\w+="/);
    }
  });
});
