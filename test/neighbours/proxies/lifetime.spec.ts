import { beforeAll, expect, it, jest } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { Access } from '#test/support/access';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Proxy } from '#test/support/neighbours/proxy';
import { Shop } from '#test/support/shop';
import { ALL, QUICK } from './all.ts';
import { Arrivals } from './arrivals.ts';
import { type Deployed, isFull, PAGES_IDLE_SECONDS } from './deployed.ts';
import { BEHIND_A_PROXY } from './proxied-shop.ts';
import { type Answer, type Visit, visit } from './visit.ts';

jest.setTimeout(90_000);

/** A product page is fresh for so long at most (docs/caching.md). */
const LIFETIME_MS = 30_000;
/** A page that the gateway itself has had for so long when the proxy first asks for it. */
const EARLIER_MS = 8_000;
/** Proxies that ask in the background have so long, and those that look whether the gateway is there. */
const SOON_MS = 3_000;

const TRIED = (isFull ? ALL : QUICK).filter(({ can }) => can.copies);
const CACHES = TRIED.filter(({ program }) => program.version());

/** What came of one proxy's pages. */
interface Seen {
  first: Answer;
  /** A page that the proxy has had for eight seconds. */
  held: Answer;
  /** The same page once its time is over, at once and a moment later; and when requests for it had reached the gateway. */
  over: Answer;
  later: Answer;
  arrivals: { ifNoneMatch: string | undefined }[];
  /** How often the gateway was asked for the page that it had for eight seconds before. */
  agedArrivals: number;
  /** A page whose time is over, and one of a caller's own, with no gateway there. */
  alone: Answer;
  own: Answer;
  whole: string;
}

const seen = new Map<string, Seen>();

/** One request; what no client could read has the status 0, and is one proxy's failure alone. */
const requested = (url: string, how?: Visit): Promise<Answer> =>
  visit(url, how).catch((error: unknown) => ({
    status: 0,
    headers: {},
    text: String(error),
    json: () => ({}) as never,
  }));

/** All proxies live through the same half minute before one gateway, each with pages of its own. */
beforeAll(async () => {
  if (!CACHES.length) return;
  const access = new Access();
  const shop = await Shop.open({ ...BEHIND_A_PROXY, JWT_PRIVATE_KEY: access.privateKey });
  const { host, port } = new URL(shop.gateway.url);
  const arrivals = new Arrivals(Number(port));
  const proxies = await Promise.all(
    CACHES.map(async (deployed) => {
      const at = { gateways: [host], idleSeconds: PAGES_IDLE_SECONDS };
      const proxy = await Proxy.start(deployed.make, (on, folder) =>
        deployed.configure({ port: on, folder, ...at }),
      );
      return { deployed, proxy, url: `http://${proxy.address}` };
    }),
  );
  try {
    const pageOf = ({ name }: Deployed, what: string) =>
      `/v1/products/p3${CACHES.findIndex((one) => one.name === name)}?fields=product,${what}`;
    const each = <T>(work: (url: string, deployed: Deployed) => Promise<T>): Promise<T[]> =>
      Promise.all(proxies.map(({ url, deployed }) => work(url, deployed)));
    await Promise.all(CACHES.map((one) => requested(shop.gateway.url + pageOf(one, 'related'))));
    const direct = arrivals.of(pageOf(CACHES[0]!, 'related')).length;
    const first = await each((url, one) => requested(url + pageOf(one, 'degraded')));
    await each((url, one) => requested(url + pageOf(one, 'reviews')));
    await wait(EARLIER_MS);
    await each((url, one) => requested(url + pageOf(one, 'related')));
    const held = await each((url, one) => requested(url + pageOf(one, 'reviews')));
    await wait(LIFETIME_MS - EARLIER_MS + 1_000);
    const over = await each((url, one) => requested(url + pageOf(one, 'degraded')));
    await each((url, one) => requested(url + pageOf(one, 'related')));
    await wait(SOON_MS);
    const later = await each((url, one) => requested(url + pageOf(one, 'degraded')));
    const whole = await Promise.all(
      CACHES.map(async (one) => (await requested(shop.gateway.url + pageOf(one, 'degraded'))).text),
    );
    await shop.gateway.stop();
    await wait(SOON_MS);
    const alone = await each((url, one) => requested(url + pageOf(one, 'reviews')));
    const own = await each((url) => requested(`${url}/v1/me?fields=id`, { headers: access.of('u1') }));
    for (const [n, one] of CACHES.entries())
      seen.set(one.name, {
        first: first[n]!,
        held: held[n]!,
        over: over[n]!,
        later: later[n]!,
        arrivals: arrivals
          .of(pageOf(one, 'degraded'))
          .slice(0, -1)
          .map(({ headers }) => ({ ifNoneMatch: headers['if-none-match'] })),
        agedArrivals: arrivals.of(pageOf(one, 'related')).length - direct,
        alone: alone[n]!,
        own: own[n]!,
        whole: whole[n]!,
      });
  } finally {
    await Promise.all(proxies.map(({ proxy }) => proxy.close()));
    arrivals.close();
    await shop.close();
  }
});

for (const { name, program, can } of TRIED) {
  describeWith([program], `${name}, over the lifetime of a page`, () => {
    it('asks the gateway anew once the time is over, and has the whole page then', () => {
      const { over, later, arrivals, whole } = seen.get(name)!;
      expect([over.status, over.text, later.status, later.text]).toEqual([200, whole, 200, whole]);
      expect(arrivals.length).toBeGreaterThanOrEqual(2);
    });

    if (can.revalidates) {
      it('asks with the ETag that it has', () => {
        const { first, arrivals } = seen.get(name)!;
        expect(arrivals[1]!.ifNoneMatch).toBe(first.headers.etag);
      });
    }

    if (can.ages) {
      it('says how long it has had the page', () => {
        expect(Number(seen.get(name)!.held.headers.age)).toBeGreaterThanOrEqual(EARLIER_MS / 1_000);
      });
    }

    it('counts the time that the gateway had the page before', () => {
      expect(seen.get(name)!.agedArrivals).toBeGreaterThanOrEqual(2);
    });

    it(`${can.standsIn ? 'answers' : 'does not answer'} with it while no gateway does`, () => {
      const { alone } = seen.get(name)!;
      if (can.standsIn)
        expect([alone.status, alone.json()]).toMatchObject([200, { product: { id: expect.any(String) } }]);
      else expect(alone.status).toBeGreaterThanOrEqual(502);
    });

    it("answers with no caller's own page then", () => {
      expect(seen.get(name)!.own.status).toBeGreaterThanOrEqual(500);
    });
  });
}
