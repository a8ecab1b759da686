import { PackedClient } from '#test/neighbours/sdk/packed-client';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type FrameworkApp, FrontEnd } from './front-end.ts';
import { next, react, svelteKit, vite } from './programs.ts';

jest.setTimeout(300_000);

const NEXT = 'next/dist/bin/next';

/** A status, and a text of the page. */
type Rendered = [status: number, text: string];

interface ServerApp extends FrameworkApp {
  /** What visitors without a login get. */
  refused: Rendered;
  /** What visitors get whose address has exceeded its limit. */
  limited: Rendered;
  /** What visitors get while the gateway is down. */
  down: Rendered;
}

const APPS: ServerApp[] = [
  {
    name: 'next',
    examples: { 'app/page.tsx': 'Next.js server components' },
    build: [NEXT, 'build'],
    serve: (folder, port) => [NEXT, 'start', folder, '--hostname', '127.0.0.1', '--port', `${port}`],
    refused: [200, 'Log in.'],
    limited: [200, 'Come back later.'],
    down: [200, 'Come back later.'],
  },
  {
    name: 'sveltekit',
    examples: { 'src/routes/+page.server.ts': 'SvelteKit' },
    build: ['vite/bin/vite.js', 'build'],
    serve: (folder) => [`${folder}/build/index.js`],
    refused: [401, 'UNAUTHENTICATED'],
    limited: [429, 'RATE_LIMITED'],
    down: [503, 'NETWORK'],
  },
];

let visitors = 0;
const newAddress = () => `203.0.113.${(visitors += 1)}`;

/** What a visitor from another address gets, through the proxy in front of the app. */
async function visit(origin: string, headers: Record<string, string> = {}): Promise<Rendered> {
  const page = await fetch(origin, { headers: { 'x-forwarded-for': newAddress(), ...headers } });
  return [page.status, await page.text()];
}

describeWith([react, next, svelteKit, vite], 'the examples that render on a server', () => {
  let client: PackedClient;
  let shop: Shop;
  let cookie: string;
  beforeAll(async () => {
    client = new PackedClient();
    shop = await Shop.open({ TRUST_PROXY: 'loopback', RATE_LIMIT: 'on', RATE_LIMIT_ANONYMOUS: '4/86400' });
    const answer = await fetch(`${shop.gateway.url}/bff/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf': '1' },
      body: JSON.stringify({ email: 'ada@example.com', password: 'analytical-engine' }),
    });
    cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
  });
  afterAll(async () => {
    await shop?.close();
    client?.remove();
  });

  describe.each(APPS)('$name', ({ refused, limited, down, ...app }) => {
    let frontEnd: FrontEnd;
    let origin: string;
    beforeAll(async () => {
      frontEnd = await FrontEnd.build(app, client);
      origin = await frontEnd.serve(shop.gateway.url);
    });
    afterAll(() => frontEnd?.close());

    it('is compiled under strict', async () => {
      expect(await frontEnd.typeErrors()).toBe('');
    });

    it('renders the name of the visitor, whose cookie it forwards', async () => {
      expect(await visit(origin, { cookie })).toEqual([200, expect.stringContaining('<h1>Ada Lovelace</h1>')]);
    });

    it('renders nothing of anybody for a visitor without a login', async () => {
      const [status, text] = await visit(origin);
      expect([status, text]).toEqual([refused[0], expect.stringContaining(refused[1])]);
      expect(text).not.toContain('Ada');
    });

    it('forwards the address of the visitor, by which the gateway limits those without a login', async () => {
      const one = { 'x-forwarded-for': newAddress() };
      expect(await visit(origin, one)).toEqual([refused[0], expect.stringContaining(refused[1])]);
      expect(await visit(origin, one)).toEqual([limited[0], expect.stringContaining(limited[1])]);
      expect(await visit(origin)).toEqual([refused[0], expect.stringContaining(refused[1])]);
    });

    it('renders that nothing can be had while the gateway is down', async () => {
      const withoutGateway = await frontEnd.serve('http://127.0.0.1:9');
      expect(await visit(withoutGateway, { cookie })).toEqual([down[0], expect.stringContaining(down[1])]);
    });
  });
});
