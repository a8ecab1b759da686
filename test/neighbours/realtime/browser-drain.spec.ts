import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium } from '#test/support/neighbours/programs';
import { RealShop } from '#test/support/real-shop';
import { blankPage } from '#test/neighbours/identity/blank-page';
import { openChromium, type RunningBrowser, type Tab } from '#test/neighbours/identity/browsers';

jest.setTimeout(120_000);

/** Longer than the random delays of clients alone: all of them would come back within the drain. */
const DRAIN_MS = 6_000;
const WAIT_MS = 60_000;

/** What an EventSource without code of its own for refusals has seen. */
interface Seen {
  opened: number;
  states: number[];
  shutdowns: number;
}
declare global {
  var seen: Seen;
}

const follow = (tab: Tab, url: string) =>
  tab.evaluate(async (at) => {
    globalThis.seen = { opened: 0, states: [], shutdowns: 0 };
    const events = new EventSource(at);
    events.addEventListener('open', () => (seen.opened += 1));
    events.addEventListener('shutdown', () => (seen.shutdowns += 1));
    events.addEventListener('error', () => seen.states.push(events.readyState));
  }, `${url}/v1/events/clock`);

/** Waits until a page has seen something. */
async function until(tab: Tab, isSo: (seen: Seen) => boolean): Promise<Seen> {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const seen = await tab.evaluate(async () => globalThis.seen, undefined);
    if (isSo(seen)) return seen;
    if (performance.now() > end) throw new Error(JSON.stringify(seen));
    await wait(100);
  }
}

describeWith([chromium], 'a gateway alone that is started again, in Chromium', () => {
  let browser: RunningBrowser;
  let page: Awaited<ReturnType<typeof blankPage>>;
  let shop: RealShop;
  beforeAll(async () => {
    page = await blankPage();
    shop = await RealShop.open(async () => ({ CORS_ORIGINS: page.origin, DRAIN_MS: `${DRAIN_MS}` }));
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await page?.close();
  });

  // Firefox stops for good where a reconnect is refused, as while nothing listens.
  it('is found again by EventSource, also by one that is opened while it drains', async () => {
    const person = await browser.newPerson();
    const [early, late] = [await person.newTab(), await person.newTab()];
    for (const tab of [early, late]) await tab.goto(page.origin);
    await follow(early, shop.url);
    await until(early, ({ opened }) => opened > 0);
    const stopped = shop.gateway.end('SIGTERM');
    await until(early, ({ shutdowns }) => shutdowns > 0);
    await follow(late, shop.url);
    await until(late, ({ shutdowns }) => shutdowns > 0);
    await stopped;
    await shop.restartGateway();
    for (const [tab, times] of [
      [early, 2],
      [late, 2],
    ] as const) {
      const { states } = await until(tab, ({ opened }) => opened >= times);
      expect(new Set(states)).toEqual(new Set([0]));
    }
    await person.close();
  });
});
