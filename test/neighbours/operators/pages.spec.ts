import { readFile } from 'node:fs/promises';
import { Access } from '#test/support/access';
import { describeWith } from '#test/support/neighbours/describe-with';
import { CHROMIUM, chromium } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core';

jest.setTimeout(60_000);

const PAGES = [
  '/admin/ui',
  '/admin/ui/requests',
  '/admin/ui/requests/of-the-pages',
  '/admin/ui/event-loop',
  '/admin/ui/jobs',
  '/admin/ui/usage',
  '/admin/ui/profiles',
];
const MAX_TABS = 60;

/** An element that has the focus, as far as the tests read it. */
interface FocusedElement {
  textContent: string;
  labels?: { textContent: string }[];
}

const access = new Access();

describeWith([chromium], 'the pages of operators in Chromium', () => {
  let shop: Shop;
  let url: string;
  let browser: Browser;
  let axe: string;
  beforeAll(async () => {
    shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
    url = shop.gateway.adminUrl;
    axe = await readFile('node_modules/axe-core/axe.min.js', 'utf8');
    browser = await driver.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    const headers = { ...access.of('u1'), 'x-request-id': 'of-the-pages' };
    await (await fetch(`${shop.gateway.url}/v1/home`, { headers })).text();
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  /** Presses Tab until an element has the focus, as somebody without a mouse does. */
  async function focus(page: Page, name: string): Promise<void> {
    for (let count = 0; count < MAX_TABS; count += 1) {
      await page.keyboard.press('Tab');
      if ((await focused(page)) === name) return;
    }
    throw new Error(`nothing by the name "${name}" has the focus after ${MAX_TABS} tabs`);
  }

  /** The text of the focused element; of a field, that of its label. */
  const focused = (page: Page): Promise<string> =>
    page.evaluate(() => {
      const { document } = globalThis as unknown as { document: { activeElement: FocusedElement } };
      const { activeElement } = document;
      const [label] = activeElement.labels ?? [];
      return (label ?? activeElement).textContent.replaceAll(/\s+/g, ' ').trim();
    });

  async function loggedIn(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`${url}/admin/ui/requests`);
    await focus(page, 'Email');
    await page.keyboard.type('grace@example.com');
    await focus(page, 'Password');
    await page.keyboard.type('nanosecond-wire');
    await page.keyboard.press('Enter');
    await page.waitForSelector('nav');
    return { context, page };
  }

  /** What the checker finds on a page. It is run past the policy of the page, which lets no other script in. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(`${axe}\n;undefined`);
    const { violations: found } = (await page.evaluate('axe.run()')) as AxeResults;
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  describe.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('in %s, %i pixels wide', (colorScheme, width) => {
    it('have nothing that keeps people out, and no error', async () => {
      const { context, page } = await loggedIn({ colorScheme, viewport: { width, height: 800 } });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      for (const path of PAGES) {
        await page.goto(url + path);
        expect([path, await violations(page)]).toEqual([path, []]);
        const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
        expect([path, isWider]).toEqual([path, false]);
      }
      expect(errors).toEqual([]);
      await context.close();
    });
  });

  it('have a login and errors that keep nobody out', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/admin/ui`);
    expect(await violations(page)).toEqual([]);
    await context.close();
    const operator = await loggedIn();
    await operator.page.goto(`${url}/admin/ui/requests/unknown`);
    expect(await violations(operator.page)).toEqual([]);
    await operator.context.close();
  });

  it.each([
    ['with', true],
    ['without', false],
  ])('let somebody do everything by keyboard, %s scripts', async (_, javaScriptEnabled) => {
    const { context, page } = await loggedIn({ javaScriptEnabled });
    await focus(page, 'Request id or trace id');
    await page.keyboard.type('of-the-pages');
    await focus(page, 'Show request');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/admin/ui/requests/of-the-pages`);
    expect(await page.textContent('h1')).toBe('GET /v1/home');

    await focus(page, 'Overview');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/admin/ui`);

    await focus(page, 'Profiles');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/admin/ui/profiles`);
    await focus(page, 'CPU profile: where the time goes');
    await page.keyboard.press('ArrowDown');
    await focus(page, 'Seconds');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('1');
    await focus(page, 'Take profile');
    await page.keyboard.press('Enter');
    await page.waitForSelector('svg.flame');
    expect(await page.textContent('h1')).toBe('Allocation profile');
    if (javaScriptEnabled) expect(await violations(page)).toEqual([]);

    const downloading = page.waitForEvent('download');
    await page.waitForSelector('[download]');
    await page.keyboard.press('Control+Home');
    await page.focus('[download]');
    await page.keyboard.press('Enter');
    const file = await (await downloading).path();
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('head');

    await page.goto(`${url}/admin/ui`);
    await focus(page, 'Log out');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/admin/login`);
    await context.close();
  });

  it('keep themselves up to date, until somebody pauses that', async () => {
    const { context, page } = await loggedIn();
    await page.goto(`${url}/admin/ui/requests?kind=latest`);
    const headers = { 'x-request-id': 'while-somebody-looks' };
    await (await fetch(`${shop.gateway.url}/v1/products`, { headers })).text();
    await page.waitForSelector('a[href="/admin/ui/requests/while-somebody-looks"]', { timeout: 60_000 });
    const live = page.getByRole('button', { name: 'Live' });
    expect(await live.getAttribute('aria-pressed')).toBe('true');
    await focus(page, 'Live');
    await page.keyboard.press('Space');
    expect(await live.getAttribute('aria-pressed')).toBe('false');
    await context.close();
  });

  it('draw the state of each process and what people do as it happens, until somebody pauses that', async () => {
    const { context, page } = await loggedIn();
    await page.goto(`${url}/admin/ui`);
    const processes = page.getByRole('table', { name: 'Processes, every five seconds' });
    await processes.getByRole('rowheader', { name: new RegExp(`:${process.pid}$`) }).waitFor();
    expect(await processes.locator('svg.spark').count()).toBe(5);
    await (await fetch(`${shop.gateway.url}/v1/products/p1`, { headers: access.of('u1') })).text();
    const activities = page.getByRole('table', { name: 'Who does what, newest first' });
    await activities.getByRole('cell', { name: 'productId p1' }).waitFor();
    expect(await violations(page)).toEqual([]);

    // Its streams go on after an operator has ended them.
    const open = await fetch(`${url}/admin/streams`, { headers: access.admin });
    const { streams } = (await open.json()) as { streams: { id: string }[] };
    for (const { id } of streams)
      await fetch(`${url}/admin/streams/${id}`, { method: 'DELETE', headers: access.admin });
    await (await fetch(`${shop.gateway.url}/v1/products/p4`, { headers: access.of('u1') })).text();
    await activities.getByRole('cell', { name: 'productId p4' }).waitFor();

    await page.getByRole('button', { name: 'Live' }).click();
    const rows = await activities.getByRole('row').count();
    // Another stream of the page has told it what it must not draw.
    await page.evaluate(`new Promise((opened) => {
      const source = new EventSource('/admin/events/user-activity');
      const isIt = ({ data }) => data.includes('"p2"');
      globalThis.told = new Promise((told) => source.addEventListener('activity', (event) => isIt(event) && told()));
      source.onopen = () => opened();
    })`);
    await (await fetch(`${shop.gateway.url}/v1/products/p2`, { headers: access.of('u1') })).text();
    await page.evaluate('globalThis.told');
    await page.getByRole('button', { name: 'Live' }).click();
    await (await fetch(`${shop.gateway.url}/v1/products/p3`, { headers: access.of('u1') })).text();
    await activities.getByRole('cell', { name: 'productId p3' }).waitFor();
    expect(await activities.getByRole('row').count()).toBe(rows + 1);
    await context.close();
  });
});
