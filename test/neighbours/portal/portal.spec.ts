import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '#test/support/neighbours/describe-with';
import { CHROMIUM, chromium } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import { buildPortal } from '#tools/launcher/portal';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core';

jest.setTimeout(90_000);

const PAGES = ['', '/streams', '/events', '/errors', '/changelog'];
const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
/** What a browser logs of the question who is logged in, before somebody is. */
const NOT_LOGGED_IN = /status of 401/;

describeWith([chromium], 'the portal in Chromium', () => {
  let shop: Shop;
  let url: string;
  let browser: Browser;
  let axe: string;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-'));
    await buildPortal(folder);
    // A busy machine would shed a worker of the editors, and the browser logs that.
    shop = await Shop.open({ PORTAL_DIR: folder, SHEDDING: 'off' });
    url = shop.gateway.url;
    axe = await readFile('node_modules/axe-core/axe.min.js', 'utf8');
    browser = await driver.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A new visitor, with what goes wrong on their pages, and all that these load. */
  async function visitor(options: Parameters<Browser['newContext']>[0] = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const errors: string[] = [];
    const requested: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !NOT_LOGGED_IN.test(message.text())) errors.push(message.text());
    });
    page.on('request', (request) => requested.push(request.url()));
    return { context, page, errors, requested };
  }

  async function loggedIn() {
    const somebody = await visitor();
    const login = await somebody.context.request.post(`${url}/bff/login`, {
      headers: { 'x-csrf': '1' },
      data: ADA,
    });
    expect(login.status()).toBe(204);
    return somebody;
  }

  /** What the checker finds on a page. It is run past the policy of the page, which lets no other script in. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(`${axe}\n;undefined`);
    const { violations: found } = (await page.evaluate('axe.run()')) as AxeResults;
    return found.flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id}: ${String(target)}: ${html}`));
  }

  const close = ({ context }: { context: BrowserContext }) => context.close();

  describe.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('in %s, %i pixels wide', (colorScheme, width) => {
    it('has pages of its own that keep nobody out, without an error', async () => {
      const somebody = await visitor({ colorScheme, viewport: { width, height: 800 } });
      const { page, errors } = somebody;
      for (const path of PAGES) {
        await page.goto(`${url}/docs${path}`);
        await page.getByText('Log in', { exact: true }).waitFor();
        expect([path, await violations(page)]).toEqual([path, []]);
        const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
        expect([path, isWider]).toEqual([path, false]);
      }
      expect(errors).toEqual([]);
      await close(somebody);
    });
  });

  it('tries an operation of the REST reference with the cookie, and loads nothing from elsewhere', async () => {
    const somebody = await loggedIn();
    const { page, errors, requested } = somebody;
    expect(requested.filter((one) => /scalar|graphiql/.test(one))).toEqual([]);
    await page.goto(`${url}/docs/reference#tag/home/GET/v1/home`);
    await page.getByText("from '@atrium/client'").waitFor();
    expect(await violations(page)).toEqual([]);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/v1/home'));
    await page.getByRole('button', { name: /Test Request.*\/v1\/home\b/ }).press('Enter');
    await page.getByRole('button', { name: /^Send/ }).first().press('Enter');
    const answer = await answered;
    expect([answer.status(), answer.request().headers()]).toEqual([
      200,
      expect.objectContaining({ 'x-csrf': '1' }),
    ]);
    expect(requested.filter((one) => !one.startsWith(url) && !/^(data|blob):/.test(one))).toEqual([]);
    expect(requested.filter((one) => one.includes('/assets/graphiql'))).toEqual([]);
    expect(errors).toEqual([]);
    await close(somebody);
  });

  it('tries an operation of the REST reference with an access token', async () => {
    const somebody = await visitor();
    const { page } = somebody;
    const { accessToken } = (await (
      await fetch(`${url}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(ADA),
      })
    ).json()) as { accessToken: string };
    await page.goto(`${url}/docs/reference#tag/account/GET/v1/me`);
    await page.getByPlaceholder('Token').first().fill(accessToken);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/v1/me'));
    await page.getByRole('button', { name: /Test Request.*get \/v1\/me\b(?!\/)/i }).press('Enter');
    await page.getByRole('button', { name: /^Send/ }).first().press('Enter');
    expect((await answered).status()).toBe(200);
    await close(somebody);
  });

  it('runs a trusted operation by its id, a query and a subscription in GraphiQL with the session', async () => {
    const somebody = await loggedIn();
    const { page, errors, requested } = somebody;
    const bodies: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) bodies.push(request.postData() ?? '');
    });
    await page.goto(`${url}/docs/graphiql`);
    await page.getByRole('button', { name: /^Execute query/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Trusted operation').selectOption('web/home');
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').getByText('recentOrders').first().waitFor();
    expect(bodies.some((body) => body.includes('"documentId":"web/home"') && !body.includes('"query"'))).toBe(
      true,
    );
    expect(requested.filter((one) => !one.startsWith(url) && !/^(data|blob):/.test(one))).toEqual([]);
    expect(requested.filter((one) => one.includes('/assets/scalar'))).toEqual([]);

    // A worker of the editor whose script is being loaded when its page is left is an error of the page.
    await page.waitForLoadState('networkidle');
    await page.goto(`${url}/docs/graphiql`);
    await page.locator('.graphiql-query-editor textarea').first().focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('subscription { notifications { id } }');
    const acknowledged = new Promise<void>((resolve) => {
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => String(payload).includes('connection_ack') && resolve()),
      );
    });
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await acknowledged;
    expect(errors).toEqual([]);
    await close(somebody);
  });
});
