import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bodyOf, isWhole, missingIn, p99Of } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop, type ServiceName } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(60_000);

const PER_SECOND = 100;
const CALLERS = 40;

/** Which part of the home page each service answers for, and by which method. */
const SERVICES = [
  ['users', 'user', 'GET /users'],
  ['orders', 'recentOrders', 'ListRecentOrders'],
  ['products', 'recommendations', 'ListRecommendedProducts'],
] as const satisfies [ServiceName, string, string][];
const PARTS = SERVICES.map(([, part]) => part);

let shop: RealShop;
let callers: { authorization: string }[];

beforeAll(async () => {
  shop = await RealShop.open();
  // From the third on they have no part in anything else.
  callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 3}`));
});
afterAll(() => shop.close());

const home = (index: number) => ({ path: '/v1/home', headers: callers[index % CALLERS]! });

describe('a service killed under load', () => {
  it.each(SERVICES)('%s', async (name, part, method) => {
    const row = new Row(`${name} killed`);
    await shop.loadFor(1_000, PER_SECOND, home);
    const calm = await shop.calm(PER_SECOND, home);
    row.all('calm: whole answers', calm, isWhole);

    const load = shop.load(PER_SECOND, home);
    await passed(500);
    const killedAt = performance.now();
    await shop.processes.get(name)!.end('SIGKILL');
    const openAt = await shop.breakerIs(name, method, (state) => state !== 'CLOSED');
    await passed(2_500);
    // To start a process takes a core for a second: what that does to others is no fault of theirs.
    const restartedAt = performance.now();
    await shop.start(name);
    const backAt = performance.now();
    const closedAt = await shop.breakerIs(name, method, (state) => state === 'CLOSED');
    await passed(2_000);
    const samples = await load.stop();

    const during = load.between(killedAt, backAt);
    const others = PARTS.filter((other) => other !== part);
    row.all('answers 200', samples, ({ status }) => status === 200);
    row.all('the others whole', during, (sample) => others.every((other) => bodyOf(sample)[other] !== null));
    row.all('the part missing with its reason, or there', during, (sample) => {
      const isThere = bodyOf(sample)[part] !== null;
      return isThere ? missingIn(sample).length === 0 : missingIn(sample).join() === `${part} UNAVAILABLE`;
    });
    row.upTo('breaker open after', 1_000, openAt - killedAt);
    row.upTo(
      `p99 during (calm ${p99Of(calm).toFixed(0)} ms + 50)`,
      p99Of(calm) + 50,
      p99Of(load.between(killedAt, restartedAt)),
    );
    row.upTo('breaker closed after its return', 2_000, closedAt - backAt);
    const lastMissing = samples.filter((sample) => !isWhole(sample)).at(-1);
    row.upTo('whole again after its return', 2_000, Math.max(0, (lastMissing?.endedAt ?? 0) - backAt));
    expect(row.missed).toEqual([]);
  });
});
