import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { Access } from '#test/support/access';
import { fetchCoded } from '#gateway/edge/compression/coded.fixture';
import { secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { buildPortal } from '#tools/launcher/portal';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const PAGES = ['', '/', '/reference', '/graphiql', '/streams', '/events', '/errors', '/changelog'];
const MAX_LANDING_BYTES = 61_440;

const access = new Access();
let folder: string;
let shop: Shop;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-'));
  await buildPortal(folder, ['portal', 'streams']);
  shop = await Shop.open({ PORTAL_DIR: folder, JWT_PRIVATE_KEY: access.privateKey });
});
afterAll(async () => {
  await shop?.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(shop.gateway.url + path, { headers });
const pageOf = async (path: string) => (await get(`/docs${path}`)).text();
const linksOf = (page: string) => [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link!);

describe('the portal', () => {
  it.each(PAGES)('has a page at /docs%s, whose links stay on the gateway and lead somewhere', async (path) => {
    const answer = await get(`/docs${path}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const links = linksOf(await answer.text()).filter((link) => link.startsWith('/'));
    expect(links).toContain('/docs/reference');
    for (const link of new Set(links)) expect([link, (await get(link)).status]).toEqual([link, 200]);
  });

  it.each(PAGES)('loads no script but files of the gateway, and may not be framed: /docs%s', async (path) => {
    const answer = await get(`/docs${path}`);
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    expect(policy.includes("style-src 'self' 'unsafe-inline'")).toBe(path === '/graphiql');
    const page = await answer.text();
    expect(page).not.toMatch(
      /<script(?![^>]*\bsrc=)|<style|\son\w+=|src="(?:https?:)?\/\/|<link[^>]*href="(?:https?:)?\/\//,
    );
  });

  it('has a landing page of at most 60 kB compressed, with all that it loads', async () => {
    const page = await pageOf('');
    const files = linksOf(page).filter((link) => link.startsWith('/docs/assets/'));
    expect(files).toEqual([expect.stringContaining('/style-'), expect.stringContaining('/portal-')]);
    const sizes = files.map(async (file) => {
      const { headers, bytes } = await fetchCoded(shop.gateway.url + file, { 'accept-encoding': 'br' });
      return headers['content-encoding'] === 'br' ? bytes.length : brotliCompressSync(bytes).length;
    });
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, brotliCompressSync(page).length);
    expect(total).toBeLessThan(MAX_LANDING_BYTES);
  });

  it('says in HTML that it has no such page, and to programs as a problem', async () => {
    const typeOf = async (accept: string) => (await get('/docs/nothing', { accept })).headers.get('content-type');
    expect(await typeOf('text/html,*/*;q=0.8')).toBe('text/html; charset=utf-8');
    expect(await typeOf('*/*')).toBe('application/problem+json; charset=utf-8');
    const page = await (await get('/docs/nothing', { accept: 'text/html' })).text();
    expect([page.includes('The portal has no such page.'), linksOf(page)]).toEqual([true, ['data:,', '/docs']]);
  });

  it('lets its files be cached for good, in the coding of each client', async () => {
    const file = linksOf(await pageOf('/streams')).find((link) => link.includes('/streams-'))!;
    const { headers, bytes } = await fetchCoded(shop.gateway.url + file, { 'accept-encoding': 'br, gzip' });
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'br',
      vary: expect.stringContaining('Accept-Encoding'),
    });
    const source = readFileSync(join(folder, file.replace('/docs/assets/', '')));
    expect(brotliDecompressSync(bytes)).toEqual(source);
    const plain = await fetchCoded(shop.gateway.url + file, {});
    expect([plain.headers['content-encoding'], plain.bytes]).toEqual([undefined, source]);
    expect((await get('/docs')).headers.get('cache-control')).toBe('no-cache');
  });

  it.each([
    '/docs/nothing',
    '/docs/assets/manifest.json',
    '/docs/assets/..%2Fpackage.json',
    '/docs/assets/style-AAAAAAAA.css',
    '/docs/assets/style-AAAAAAAA.css.br',
  ])('has nothing at %s', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  it('names each error, each stream with its parameters, and each event', async () => {
    const errors = await pageOf('/errors');
    for (const code of ['OUT_OF_STOCK', 'RATE_LIMITED', 'GONE']) expect(errors).toContain(`<code>${code}</code>`);
    const streams = await pageOf('/streams');
    expect(streams).toMatch(/data-path="\/v1\/orders\/\{id\}\/events"[^]*?name="id"/);
    expect(streams).not.toContain('/v1/assistant/chat');
    expect(await pageOf('/events')).toContain('notification');
    expect(await pageOf('/changelog')).toMatch(/<h2>0\.1\.0<\/h2>/);
  });

  it('shows a call of the client package for each operation that the package has', async () => {
    const { paths } = (await (await get('/docs/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string; 'x-codeSamples'?: { source: string }[] }>>;
    };
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const samples = operations.flatMap(({ 'x-codeSamples': found = [] }) => found.map(({ source }) => source));
    expect(samples.length).toBeGreaterThan(30);
    const used = new Set(samples.map((source) => /createClient, (\w+) \}/.exec(source)![1]!));
    const without = operations.map(({ operationId }) => operationId).filter((id) => !used.has(id));
    expect(
      without.filter(
        (id) => !/^(view_|graphql|query|getKeySet|beginLogin|releasedView)|Tus|UploadLimits/i.test(id),
      ),
    ).toEqual([]);
    expect([...used]).toEqual(expect.arrayContaining(['getHome', 'webHome', 'mobileOrders']));
    expect(samples.find((source) => source.includes('placeOrder'))).toContain('"lines"');
    expect(samples.find((source) => source.includes('followOrder('))).toContain('for await');
  });
});

describe('PORTAL', () => {
  it('shows the portal to operators alone, to read, or to nobody', async () => {
    const admin = await secondGateway(shop, () => ({
      PORTAL: 'admin',
      PORTAL_DIR: folder,
      JWT_PRIVATE_KEY: access.privateKey,
    }));
    const at = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${admin.gateway.adminUrl}/admin/docs${path}`, { headers });
    try {
      expect((await fetch(`${admin.gateway.url}/docs`)).status).toBe(404);
      expect((await at('')).status).toBe(401);
      expect((await at('', access.of('u1'))).status).toBe(403);
      for (const path of ['', '/reference', '/errors', '/openapi.json'])
        expect((await at(path, access.admin)).status).toBe(200);
      for (const path of ['/graphiql', '/streams']) expect((await at(path, access.admin)).status).toBe(404);
      expect(await (await fetch(`${admin.gateway.url}/`)).text()).not.toContain('/docs');
    } finally {
      await admin.gateway.stop();
    }
    const none = await secondGateway(shop, () => ({ PORTAL: 'off', JWT_PRIVATE_KEY: access.privateKey }));
    try {
      expect((await fetch(`${none.gateway.url}/docs`)).status).toBe(404);
      expect((await fetch(`${none.gateway.adminUrl}/admin/docs`, { headers: access.admin })).status).toBe(404);
      expect((await fetch(`${none.gateway.url}/openapi.json`)).status).toBe(200);
    } finally {
      await none.gateway.stop();
    }
  });
});
