import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shop } from '#test/support/shop';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ STOREFRONT: 'off' });
});
afterAll(() => shop?.close());

const send = (accept: string | undefined, method = 'GET', headers: Record<string, string> = {}) =>
  fetch(`${shop.gateway.url}/`, { method, headers: { ...(accept === undefined ? {} : { accept }), ...headers } });

describe('GET /', () => {
  it.each(['*/*', 'application/json', 'application/json, text/html;q=0.5', 'text/plain', 'text/html;q=0'])(
    'names where there is something, in JSON, to a client that takes %s',
    async (accept) => {
      const answer = await send(accept);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'application/json; charset=utf-8',
      ]);
      const { links } = (await answer.json()) as { links: Record<string, string> };
      expect(links).toEqual({
        documentation: '/docs',
        openapi: '/openapi.json',
        openapi32: '/openapi.3.2.json',
        asyncapi: '/asyncapi.json',
        rest: '/v1',
        graphql: '/graphql',
      });
    },
  );

  it('is a page for a browser, with links that lead somewhere', async () => {
    const answer = await send(BROWSER);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const page = await answer.text();
    const links = [...page.matchAll(/<a href="([^"]+)"/g)].map(([, path]) => path!);
    expect(links).toEqual(['/docs', '/openapi.json', '/openapi.3.2.json', '/asyncapi.json']);
    const statuses = links.map(async (path) => (await fetch(shop.gateway.url + path)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 200]);
    for (const path of ['/v1', '/graphql']) expect(page).toContain(`<code>${path}</code>`);
  });

  it('is kept by caches for each kind of client, and says nothing of who asks', async () => {
    for (const accept of ['*/*', BROWSER]) {
      const { headers } = await send(accept, 'GET', { authorization: 'Bearer wrong' });
      expect(headers.get('vary')).toMatch(/\bAccept\b(?!-)/);
      expect([headers.get('cache-control'), headers.get('set-cookie')]).toEqual(['public, max-age=300', null]);
    }
  });

  it('has no body for HEAD, and no other methods', async () => {
    const head = await send(BROWSER, 'HEAD');
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '',
    ]);
    const post = await send('*/*', 'POST');
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('is all there is: with STOREFRONT=off no page answers', async () => {
    for (const path of ['/shop', '/shop/cart', '/shop/assets/shop-ABCDEFGH.css', '/robots.txt', '/favicon.ico'])
      expect([path, (await fetch(shop.gateway.url + path)).status]).toEqual([path, 404]);
  });

  it('is where the page of a mistyped address leads, which programs never get', async () => {
    const at = async (path: string, accept: string) => {
      const { status, headers } = await fetch(shop.gateway.url + path, { headers: { accept } });
      return [status, headers.get('content-type')];
    };
    expect(await at('/nothing', BROWSER)).toEqual([404, 'text/html; charset=utf-8']);
    const page = await (await fetch(`${shop.gateway.url}/nothing`, { headers: { accept: BROWSER } })).text();
    expect(page).toMatch(/<h1>Not found<\/h1>[^]*code NOT_FOUND[^]*<a href="\/">/);
    const problem = [404, 'application/problem+json; charset=utf-8'];
    for (const path of ['/v1/nothing', '/graphql/x']) expect(await at(path, BROWSER)).toEqual(problem);
    for (const accept of ['*/*', 'application/json']) expect(await at('/nothing', accept)).toEqual(problem);
  });

  it('is another one at the port of operators, who are led to their pages', async () => {
    const { status, headers } = await fetch(`${shop.gateway.adminUrl}/`, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([303, '/admin/ui']);
  });
});
