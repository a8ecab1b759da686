import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HangingShop } from '#test/support/hanging-shop';

let shop: HangingShop;

beforeAll(async () => {
  shop = await HangingShop.open({ CACHE: 'on', RATE_LIMIT: 'on', RATE_LIMIT_ANONYMOUS: '40/60' });
});
afterEach(() => shop.releaseAll());
afterAll(() => shop?.close());

const get = (path: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(shop.gateway.url + path, { headers: { accept: 'text/html', ...headers }, signal });
/** A visitor of whom nothing is cached yet. */
const own = () => shop.access.of(`u${(visitors += 1)}`);
let visitors = 0;

/** Reads a page as it comes. */
class Reading {
  text = '';
  private readonly reader;

  constructor(response: Response) {
    this.reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  async until(words: string): Promise<string> {
    while (!this.text.includes(words)) {
      const { done, value } = await this.reader.read();
      if (done) throw new Error(`the page ended without ${words}: ${this.text}`);
      this.text += value;
    }
    return this.text;
  }
}

describe('a page of parts', () => {
  it.each(['identity', 'gzip', 'br', 'zstd'])(
    'comes before its slow part, which follows in place (%s)',
    async (coding) => {
      shop.keep('ListRecentOrders');
      const response = await get('/shop', { ...own(), 'accept-encoding': coding });
      const page = new Reading(response);
      await page.until('id="recommendations" slot="recommendations"');
      expect(page.text).toContain('<template shadowrootmode="open">');
      expect(page.text).toMatch(/<slot name="recentOrders"><div class="placeholder" aria-busy="true">/);
      expect(page.text).toMatch(/<footer.*<\/footer><\/template><h1[^>]* slot="title">/s);
      expect(page.text).not.toContain('slot="recentOrders" class="part"');
      shop.release('ListRecentOrders');
      expect(await page.until('</html>')).toMatch(/<section id="recentOrders" slot="recentOrders" class="part">/);
    },
  );

  it('is whole, without slots, once all is at hand', async () => {
    const visitor = own();
    await (await get('/shop', visitor)).text();
    const again = await get('/shop', visitor);
    expect([again.status, again.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    expect(await again.text()).not.toContain('<slot');
  });

  it('says of each part that did not come in time that it took too long', async () => {
    shop.keep('ListRecentOrders', 'GET /users', 'ListRecommendedProducts');
    const text = await (await get('/shop', { ...own(), 'x-request-timeout-ms': '400' })).text();
    for (const part of ['user', 'recentOrders', 'recommendations'])
      expect(text).toMatch(new RegExp(`<section id="${part}" slot="${part}" class="part missing">`));
    expect(text).toContain('cannot be shown at the moment: it took too long.');
    expect(text.trimEnd()).toMatch(/<\/html>$/);
  });

  it('whose visitor leaves asks nothing further', async () => {
    shop.keep('ListRecentOrders');
    const leaving = new AbortController();
    const page = new Reading(await get('/shop', own(), leaving.signal));
    await page.until('</template>');
    const call = await shop.next('orders', 'ListRecentOrders');
    leaving.abort();
    await shop.cancelled('orders', call);
  });
});

describe('a page that caches share', () => {
  it('is the same for everybody, has a tag, and is sent once', async () => {
    await (await get('/shop')).text();
    const [first, second] = [await get('/shop'), await get('/shop', { cookie: 'other=1' })];
    const etag = first.headers.get('etag')!;
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=30/);
    expect(first.headers.get('vary')).toContain('Accept-Language');
    for (const { headers } of [first, second]) {
      expect([headers.get('etag'), headers.get('set-cookie'), headers.get('x-request-id')]).toEqual([
        etag,
        null,
        null,
      ]);
      expect(headers.get('content-security-policy')).not.toContain('nonce');
    }
    const text = await first.text();
    expect(await second.text()).toBe(text);
    expect(text).not.toMatch(/csrf|nonce/);
    expect((await get('/shop', { 'if-none-match': etag })).status).toBe(304);
    const german = await get('/shop', { 'accept-language': 'de' });
    expect(german.headers.get('etag')).not.toBe(etag);
  });

  it('shows nothing of a caller, whose own part is fetched apart', async () => {
    const page = await (await get('/shop/search', own())).text();
    expect(page).toContain('data-island="/shop/islands/account"');
    expect(page).toBe(await (await get('/shop/search')).text());
    const island = await get('/shop/islands/account', own());
    expect([island.headers.get('cache-control'), (await island.text()).includes('data-cart-count>0<')]).toEqual([
      'no-store',
      true,
    ]);
  });

  it('is not kept with a missing part', async () => {
    const page = await get('/shop/products/p1');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toMatch(/id="reviews"[^>]* class="part missing"/);
  });
});

describe('a visitor who asks too often', () => {
  it('reads when to try again', async () => {
    let page = await get('/shop/login');
    for (let tries = 0; page.status === 200 && tries < 50; tries += 1) page = await get('/shop/login');
    const text = await page.text();
    expect([page.status, page.headers.get('content-type')]).toEqual([429, 'text/html; charset=utf-8']);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(text).toMatch(/Please try again in \d+ (second|minute)s?\./);
  });
});
