import { setTimeout as wait } from 'node:timers/promises';
import { ownRedisForTests } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { chromium, firefox } from '#test/support/neighbours/programs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { createClient } from 'graphql-ws';
import { blankPage } from './blank-page.ts';
import { logIn, whoIs } from './browser-login.ts';
import { openChromium, openFirefox, type RunningBrowser, type Tab } from './browsers.ts';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(180_000);

const SESSION = '__Host-Http-atrium';
const WAIT_MS = 60_000;

/** What a page has open, and what it was sent. */
interface Live {
  /** How often each was open. */
  opened: { events: number; graphql: number };
  events: string[];
  notifications: string[];
  /** With what the GraphQL socket was closed, and what ended the subscription. */
  closed: string[];
}
type Libraries = { createClient: typeof createClient };

const redis = await ownRedisForTests();
afterAll(async () => {
  if (!('skip' in redis)) await redis.stop();
});

/** Opens a stream of events and a GraphQL subscription in a page; both go on by themselves. */
const follow = (tab: Tab, url: string, library: string) =>
  tab.evaluate(
    async ({ at, path }) => {
      const live: Live = { opened: { events: 0, graphql: 0 }, events: [], notifications: [], closed: [] };
      Object.assign(globalThis, { live });
      const openEvents = () => {
        const events = new EventSource(`${at}/v1/events`, { withCredentials: true });
        events.addEventListener('open', () => (live.opened.events += 1));
        events.addEventListener('order.placed', (event) => live.events.push(String((event as MessageEvent).data)));
        // It comes back by itself where a connection breaks off or is refused, and gives up at a 503.
        events.addEventListener('error', () => {
          if (events.readyState === EventSource.CLOSED) setTimeout(openEvents, 1_000);
        });
      };
      openEvents();
      const { createClient: create } = (await import(path)) as Libraries;
      const client = create({
        url: `${at.replace('http', 'ws')}/graphql`,
        retryAttempts: Infinity,
        // By default it gives up where a connection is refused, as while the gateway starts.
        shouldRetry: () => true,
        on: {
          connected: () => (live.opened.graphql += 1),
          closed: (event) => live.closed.push(`${(event as CloseEvent).code} ${(event as CloseEvent).reason}`),
        },
      });
      const subscription = client.iterate({ query: 'subscription { notifications { type } }' });
      void (async () => {
        for await (const message of subscription) live.notifications.push(JSON.stringify(message));
      })().catch((error: unknown) => live.closed.push(`ended: ${String(error)}`));
    },
    { at: url, path: library },
  );

const liveOf = (tab: Tab) => tab.evaluate(() => (globalThis as unknown as { live: Live }).live, undefined);

/** Waits until a page has had both open so often. */
async function open(tab: Tab, times: number): Promise<void> {
  const until = performance.now() + WAIT_MS;
  for (;;) {
    const { opened, closed } = await liveOf(tab);
    if (opened.events >= times && opened.graphql >= times) return;
    if (performance.now() > until) throw new Error(`of ${times}: ${JSON.stringify({ opened, closed })}`);
    await wait(100);
  }
}

const placeOrder = (tab: Tab, url: string) =>
  tab.evaluate(async (at) => {
    const answer = await fetch(`${at}/v1/orders`, {
      method: 'POST',
      credentials: 'include',
      headers: { 'Content-Type': 'application/json', 'X-CSRF': '1' },
      body: JSON.stringify({ lines: [{ productId: 'p1', quantity: 1 }] }),
    });
    return answer.status;
  }, url);

describe.each([
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
] as const)('a gateway that is started again', (_name, program, openBrowser) => {
  const on = 'skip' in redis ? describe.skip : describe;
  on('skip' in redis ? `with sessions in Redis (${redis.skip})` : 'with sessions in Redis', () => {
    describeWith([program], program.name, () => {
      let browser: RunningBrowser;
      let shop: Awaited<ReturnType<typeof blankPage>>;
      let opened: ProviderGateway;
      beforeAll(async () => {
        shop = await blankPage();
        const REDIS_URL = 'skip' in redis ? '' : redis.url;
        opened = await ProviderGateway.open({ environment: { CORS_ORIGINS: shop.origin, REDIS_URL } });
        browser = await openBrowser();
      });
      afterAll(async () => {
        await browser?.close();
        await opened?.close();
        await shop?.close();
      });

      it('finds the session of a browser, whose EventSource and graphql-ws come back', async () => {
        const { url } = opened;
        const person = await browser.newPerson();
        const tab = await logIn(person, url, 'ada@example.com');
        const cookie = await person.cookie(url, SESSION);
        await tab.goto(shop.origin);
        await follow(tab, url, `${shop.origin}/graphql-ws/client.js`);
        await open(tab, 1);
        await opened.shop.gateway.stop();
        await opened.shop.startGateway();
        expect(await whoIs(tab, url)).toBe('u1');
        await open(tab, 2);
        expect(await placeOrder(tab, url)).toBe(201);
        const until = performance.now() + WAIT_MS;
        let live = await liveOf(tab);
        while (!(live.events.length && live.notifications.length) && performance.now() < until) {
          await wait(100);
          live = await liveOf(tab);
        }
        expect([live.events.length, live.notifications.length]).toEqual([1, 1]);
        expect(await person.cookie(url, SESSION)).toBe(cookie);
        expect(opened.provider.grants.get('authorization_code')).toBe(1);
        await person.close();
      });
    });
  });
});
