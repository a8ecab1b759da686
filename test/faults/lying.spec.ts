import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { grpcLies, gzipBombOfAGigabyte, httpLies, UPSTREAM_SECRET } from '#libs/testing';
import { bodyOf, missingIn, type Sample } from '#test/support/load';
import { LyingShop } from '#test/support/lying-shop';
import type { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(60_000);

const BOMB = 'a gzip bomb';
const MEGABYTE = 1024 * 1024;
const MAX_READ_MB = 10;
/** What the kernel and the upstream have taken in that nobody has read, at most. */
const ON_THE_WAY_MB = 8;
const MAX_GROWTH_MB = 50;
/** V8 collects buffers that nobody uses any more once there are 64 MB of them. */
const MAX_GROWTH_UNDER_LOAD_MB = MAX_GROWTH_MB + 64;
/** Bombs that come at once: their bytes add up until V8 collects them. */
const AT_ONCE = 8;
const PER_SECOND = 20;
const LIES_MS = 2_000;

let upstreams: LyingShop;
let shop: RealShop;

beforeAll(async () => {
  // It takes seconds in which this process sends no requests, and then all that are due at once.
  gzipBombOfAGigabyte();
  upstreams = await LyingShop.open();
  shop = await upstreams.gateway();
  // A process that is warm has taken what memory it needs for work as such.
  await shop.loadFor(4_000, 100, home);
});
afterEach(() => upstreams.stopLying());
afterAll(async () => {
  await shop?.close();
  await upstreams?.close();
});

const home = (index: number) => ({ path: '/v1/home', headers: shop.access.of(`u${index}`) });

const USERS = { name: 'users', part: 'user', method: 'GET /users' } as const;
const ORDERS = { name: 'orders', part: 'recentOrders', method: 'ListRecentOrders' } as const;

const LIES = [
  [USERS, 'garbage', httpLies.garbage],
  [USERS, 'HTML with 200', httpLies.html],
  [USERS, 'the wrong schema', httpLies.wrongSchema],
  [USERS, 'a redirect', httpLies.redirect],
  [USERS, 'headers of 70 kB', httpLies.headers],
  [USERS, 'a gigabyte', httpLies.gigabyte],
  [USERS, BOMB, httpLies.gzipBomb],
  [ORDERS, 'garbage', grpcLies.garbage],
  [ORDERS, 'HTML with 200', grpcLies.html],
  [ORDERS, 'headers of 70 kB', grpcLies.headers],
  [ORDERS, 'a gigabyte', grpcLies.gigabyte],
  [ORDERS, BOMB, grpcLies.gzipBomb],
  [ORDERS, 'trailers twice', grpcLies.trailersTwice],
] as const;

/** What must be in no answer: what the upstream said, where it is, and what our own code looks like inside. */
function leaks({ text }: Sample): boolean {
  const words = [
    UPSTREAM_SECRET,
    upstreams.users.address,
    upstreams.orders.address,
    'node_modules',
    '.ts:',
    'zlib',
  ];
  return words.some((word) => text.includes(word)) || /\n\s+at |ECONN|undici|grpc/i.test(text);
}

/** Watches how much more memory something takes than it does now. */
class Growth {
  /** In bytes. */
  max = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(bytes: () => number) {
    const before = bytes();
    this.timer = setInterval(() => (this.max = Math.max(this.max, bytes() - before)), 5);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

describe('an upstream that answers', () => {
  it.each(LIES.map(([upstream, ...lie]) => [upstream.name, ...lie, upstream] as const))(
    '%s: %s',
    async (name, what, lie, { part, method }) => {
      const row = new Row(`${name} answers ${what}`);
      const from = upstreams[name].taken.length;
      const memory = new Growth(() => shop.gateway.rssBytes);
      upstreams[name].answerWith(lie as never);
      await shop.loadFor(100, 10, home);
      row.upTo('growth of the gateway by one such answer', MAX_GROWTH_MB, memory.max / MEGABYTE, 'MB');
      if (what === BOMB) {
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, index) => shop.loadFor(50, 20, () => home(100 + index))),
        );
        row.upTo(`growth of the gateway by ${AT_ONCE} at once`, MAX_GROWTH_MB, memory.max / MEGABYTE, 'MB');
      }
      const samples = await shop.loadFor(LIES_MS, PER_SECOND, home);
      const alone = await shop.loadFor(500, PER_SECOND, (index) => ({
        ...home(index),
        path: `/v1/home?fields=${part}.id`,
      }));
      memory.stop();

      row.all('answers 200 without that part alone', samples, (sample) => {
        return (
          sample.status === 200 &&
          [`${part} BAD_RESPONSE`, `${part} UNAVAILABLE`].includes(missingIn(sample).join())
        );
      });
      const text = samples.filter((sample) => missingIn(sample).join() === `${part} BAD_RESPONSE`).length;
      row.note('BAD_RESPONSE until the breaker opens', 'some', `${text}`, text > 0);
      row.all('asked for nothing else: UPSTREAM_BAD_RESPONSE or CIRCUIT_OPEN', alone, (sample) => {
        return ['502 UPSTREAM_BAD_RESPONSE', '503 CIRCUIT_OPEN'].includes(
          `${sample.status} ${bodyOf(sample)['code'] as unknown as string}`,
        );
      });
      row.all('answers that give nothing away', [...samples, ...alone], (sample) => !leaks(sample));
      const poured = Math.max(...upstreams[name].taken.slice(from).map(({ bytesSent }) => bytesSent));
      if (poured)
        row.upTo('most that went out of a gigabyte', MAX_READ_MB + ON_THE_WAY_MB, poured / MEGABYTE, 'MB');
      row.upTo('growth of the gateway under load', MAX_GROWTH_UNDER_LOAD_MB, memory.max / MEGABYTE, 'MB');

      upstreams.stopLying();
      const healedAt = performance.now();
      const load = shop.load(PER_SECOND, home);
      const closedAt = await shop.breakerIs(name, method, (state) => state === 'CLOSED');
      await load.stop();
      const after = await shop.loadFor(500, PER_SECOND, home);
      row.upTo('breaker closed after the last lie', 2_000, closedAt - healedAt);
      row.all('whole from then on', after, (sample) => missingIn(sample).length === 0);
      expect(row.missed).toEqual([]);
    },
  );
});
