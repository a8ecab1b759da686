/** @full `portal.spec` holds its pages in a browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChromium, openFirefox, type RunningBrowser } from '#test/neighbours/identity/browsers';
import { Visitor } from '#test/neighbours/storefront/visitor';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import { buildPortal } from '#tools/launcher/portal';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

/** The reference has the most elements before the one that is looked for. */
const MAX_TABS = 300;
/**
 * What browsers log of the question who is logged in, of a login that fails, and, in Firefox, of a question of Scalar 1.76: whether
 * the policy of the page allows `eval`, which it does not; and of a font that it calls off where the editors are made anew
 * (NS_ERROR_NOT_AVAILABLE).
 */
const EXPECTED =
  /status of 401|blocked a JavaScript eval|downloadable font: download failed .* status=2147746065 /;

/** The name of the focused element: its label, or its text. */
const NAME = `(() => {
  const { activeElement: element } = document;
  const label = element.getAttribute('aria-label') ?? (element.labels?.[0] ?? element).textContent;
  return label.replaceAll(/\\s+/g, ' ').trim();
})()`;

/** The editor of operations in GraphiQL. */
const EDITOR = '.graphiql-editor[data-mode-id=graphql]';

/** Whether an answer to a script of the page was a success. */
const answered = (path: string) =>
  `performance.getEntriesByType('resource').some(({ name, responseStatus }) => name.endsWith('${path}') && responseStatus === 200)`;

/** The number of documents that the page has sent. */
const SENT = `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/graphql')).length`;

let folder: string;
let shop: Shop;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-'));
  await buildPortal(folder);
  // A busy machine would shed a worker of the editors, and the browser logs that.
  shop = await Shop.open({ PORTAL_DIR: folder, SHEDDING: 'off' });
});
afterAll(async () => {
  await shop?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('the portal by keyboard', (_name, program, open) => {
  describeWith([program], program.name, () => {
    let browser: RunningBrowser;
    beforeAll(async () => {
      browser = await open();
    });
    afterAll(() => browser?.close());

    async function somebody(use: (visitor: Visitor) => Promise<void>): Promise<void> {
      const person = await browser.newPerson();
      const visitor = await Visitor.of(person, shop.gateway.url);
      await visitor.look();
      await visitor.visit('/docs');
      await visitor.reads('Not logged in');
      await use(visitor);
      expect(visitor.tab.errors.filter((error) => !EXPECTED.test(error))).toEqual([]);
      await person.close();
    }

    /** Presses Tab until the focused element is the one that is meant. @throws {Error} with those that had the focus */
    async function tabTo(
      { tab }: Visitor,
      expression: string,
      isMeant: (value: string) => boolean,
    ): Promise<void> {
      const others: string[] = [];
      for (let count = 0; count < MAX_TABS; count += 1) {
        await tab.press('Tab');
        const value = await tab.valueOf<string>(expression);
        if (isMeant(value)) return;
        others.push(value.slice(0, 40));
      }
      throw new Error(`what is meant never has the focus, but ${others.join(' | ')}`);
    }

    const focus = (visitor: Visitor, name: RegExp) => tabTo(visitor, NAME, (value) => name.test(value));
    const focusOn = (visitor: Visitor, selector: string) =>
      tabTo(visitor, `String(document.activeElement.matches('${selector}'))`, (value) => value === 'true');

    async function enter(visitor: Visitor, name: RegExp): Promise<void> {
      await focus(visitor, name);
      await visitor.tab.press('Enter');
    }

    async function logIn(visitor: Visitor, password = 'analytical-engine'): Promise<void> {
      await enter(visitor, /^Log in$/);
      await focus(visitor, /^Email$/);
      await visitor.tab.write('ada@example.com');
      await focus(visitor, /^Password$/);
      await visitor.tab.write(password);
      await visitor.tab.press('Enter');
    }

    it('lets somebody in and out, says why a login failed, and has a way past the links', () =>
      somebody(async (visitor) => {
        await logIn(visitor, 'wrong');
        await visitor.reads('Not authenticated');
        await visitor.visit('/docs');
        await visitor.reads('Not logged in');
        await enter(visitor, /^Skip to the content$/);
        await visitor.until(`location.hash === '#content'`);
        await visitor.visit('/docs');
        await visitor.reads('Not logged in');
        await logIn(visitor);
        await visitor.reads('Logged in as u1');
        // The focus is on it, since the form is gone.
        await visitor.until(`${NAME} === 'Log out'`);
        await visitor.tab.press('Enter');
        await visitor.reads('Not logged in');
      }));

    it('shows a stream as it happens, until it is stopped', () =>
      somebody(async (visitor) => {
        await logIn(visitor);
        await visitor.reads('Logged in as u1');
        await enter(visitor, /^Streams$/);
        await visitor.until(`location.pathname === '/docs/streams'`);
        await visitor.reads('Logged in as u1');
        await enter(visitor, /^Watch \/v1\/events\/clock$/);
        await visitor.until(`document.querySelector('[role=log]').textContent.includes('tick')`);
        await enter(visitor, /^Stop$/);
        await visitor.reads('Stopped watching /v1/events/clock.');
      }));

    it('reads what has changed, where an accepted break has its reason, and can scroll each table', () =>
      somebody(async (visitor) => {
        await enter(visitor, /^Changes$/);
        await visitor.until(`location.pathname === '/docs/changelog'`);
        await visitor.reads('Accepted break: A root field whose service is down is null alone');
        const tables = await visitor.valueOf<number>(`document.querySelectorAll('main .scroll').length`);
        for (let table = 0; table < tables; table += 1) await focusOn(visitor, 'main .scroll');
      }));

    it('opens the reference, and tries an operation with the session', () =>
      somebody(async (visitor) => {
        await logIn(visitor);
        await visitor.reads('Logged in as u1');
        await enter(visitor, /^REST$/);
        await visitor.until(`location.pathname === '/docs/reference'`);
        await visitor.visit('/docs/reference#tag/home/GET/v1/home');
        await visitor.reads('Test Request');
        await enter(visitor, /Test Request.*get \/v1\/home\b/i);
        await enter(visitor, /^Send/);
        await visitor.until(answered('/v1/home'));
        await visitor.reads('200');
      }));

    it('runs a trusted operation in GraphiQL, and Tab leaves its editor as the page says', () =>
      somebody(async (visitor) => {
        await logIn(visitor);
        await visitor.reads('Logged in as u1');
        await enter(visitor, /^GraphQL$/);
        await visitor.reads('after Ctrl+M it moves the focus');
        await focus(visitor, /^Trusted operation/);
        await visitor.tab.write('web/home');
        await visitor.until(`document.querySelector('${EDITOR}').textContent.includes('recentOrders')`);
        await focusOn(visitor, EDITOR);
        await visitor.tab.press('Enter');
        await visitor.until(`document.activeElement.matches('${EDITOR} *')`);
        await visitor.tab.pressWithControl('Enter');
        await visitor.until(`document.querySelector('.result-window').textContent.includes('recentOrders')`);
        const before = await visitor.valueOf<number>(SENT);
        await visitor.tab.pressWithControl('m');
        await enter(visitor, /^Execute query/);
        await visitor.until(`${SENT} > ${before}`);
      }));
  });
});
