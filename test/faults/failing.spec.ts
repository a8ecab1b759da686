import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { grpcFailure, httpFailure, type TakenCall } from '#libs/testing';
import { isWhole, type LoadRequest } from '#test/support/load';
import { LyingShop } from '#test/support/lying-shop';
import { passed } from '#test/support/quiet-machine';
import type { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { status as Code } from '@grpc/grpc-js';

jest.setTimeout(60_000);

const PER_SECOND = 120;
const CALLERS = 200;
const FAULT_MS = 4_000;
const EXTRA_SHARE = 0.2;
const EXTRA_PER_SECOND = 10;
const PROBES_PER_SECOND = 5;

let upstreams: LyingShop;
let shop: RealShop;
let callers: { authorization: string }[];

beforeAll(async () => {
  upstreams = await LyingShop.open();
  shop = await upstreams.gateway();
  // Identical reads of one caller are one call: with many callers, each read is a call.
  callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 1}`));
});
afterEach(() => upstreams.stopLying());
afterAll(async () => {
  await shop.close();
  await upstreams.close();
});

const USER = { path: '/v1/home?fields=user.id,degraded', upstream: 'users', method: 'GET /users' } as const;
const ORDERS = {
  path: '/v1/home?fields=recentOrders.id,degraded',
  upstream: 'orders',
  method: 'ListRecentOrders',
} as const;

const pending =
  (path: string) =>
  (index: number): LoadRequest => ({ path, headers: callers[index % CALLERS]! });

/** The most calls in any second. */
function peakPerSecond(calls: TakenCall[]): number {
  return Math.max(
    0,
    ...calls.map(
      ({ takenAt }) => calls.filter((one) => one.takenAt >= takenAt && one.takenAt < takenAt + 1_000).length,
    ),
  );
}

describe('an upstream that fails', () => {
  it.each([
    ['503', 0.3, USER],
    ['503', 0.6, USER],
    ['503', 1, USER],
    ['500', 1, USER],
    ['503 with Retry-After: 1', 1, USER],
    ['UNAVAILABLE', 0.3, ORDERS],
    ['UNAVAILABLE', 0.6, ORDERS],
    ['UNAVAILABLE', 1, ORDERS],
  ] as const)('%s in %d of 1 answers', async (how, share, { path, upstream, method }) => {
    const row = new Row(`${upstream} answers ${how} to ${share * 100} %`);
    const next = pending(path);
    // Calm calls pay into the budget: the fault comes when most has been saved.
    const before = shop.load(PER_SECOND, next);
    await shop.breakerIs(upstream, method, (state) => state === 'CLOSED');
    await passed(1_500);
    await before.stop();

    const { taken } = upstreams[upstream];
    const [from, startedAt] = [taken.length, performance.now()];
    if (upstream === 'users') {
      upstreams.users.answerWith(httpFailure(how === '500' ? 500 : 503, how.endsWith('1') ? 1 : undefined), {
        share,
      });
    } else upstreams.orders.answerWith(grpcFailure(Code.UNAVAILABLE), { share });
    const load = shop.load(PER_SECOND, next);
    const opened = share === 1 ? await shop.breakerIs(upstream, method, (state) => state === 'OPEN') : undefined;
    await passed(FAULT_MS - (performance.now() - startedAt));
    const samples = await load.stop();
    const seconds = (performance.now() - startedAt) / 1000;

    const seen = taken.slice(from).length;
    row.upTo(
      `calls seen, of ${samples.length} asked for in ${seconds.toFixed(1)} s`,
      (1 + EXTRA_SHARE) * samples.length + EXTRA_PER_SECOND * seconds,
      seen,
      'calls',
    );
    if (opened !== undefined) {
      row.upTo('breaker open after', 1_000, opened - startedAt);
      // What was on its way when it opened is no probe.
      const probes = taken.slice(from).filter(({ takenAt }) => takenAt > opened + 300);
      row.upTo('probes in any second once open', PROBES_PER_SECOND, peakPerSecond(probes), 'calls');
    }
    row.all('answers with a catalogued code', samples, ({ status }) => [200, 502, 503].includes(status));

    upstreams.stopLying();
    const healedAt = performance.now();
    const after = shop.load(PER_SECOND, next);
    const closedAt = await shop.breakerIs(upstream, method, (state) => state === 'CLOSED');
    row.upTo('breaker closed after it healed', 2_000, closedAt - healedAt);
    await after.stop();
    row.all('whole from then on', await shop.loadFor(500, PER_SECOND, next), isWhole);
    expect(row.missed).toEqual([]);
  });
});

describe('writes to an upstream that fails', () => {
  it('are never sent twice without a key', async () => {
    const row = new Row('writes while 50 % fail');
    upstreams.users.answerWith(httpFailure(503), { share: 0.5 });
    upstreams.orders.answerWith(grpcFailure(Code.UNAVAILABLE), { share: 0.5 });
    upstreams.products.answerWith(grpcFailure(Code.UNAVAILABLE), { share: 0.2 });
    const from = { users: upstreams.users.taken.length, orders: upstreams.orders.taken.length };
    const lines = [{ productId: 'p1', quantity: 1 }];
    const writes: ((index: number) => Omit<LoadRequest, 'headers'>)[] = [
      (index) => ({
        method: 'POST',
        path: '/v1/auth/register',
        body: { name: 'New', email: `new${index}@example.com`, password: 'correct horse battery' },
      }),
      (index) => ({ method: 'PATCH', path: '/v1/me', body: { name: `Name ${index}` } }),
      () => ({ method: 'POST', path: '/v1/orders', body: { lines } }),
    ];
    const samples = await shop.loadFor(FAULT_MS, 60, (index) => {
      const headers = { ...shop.access.of('u1'), 'x-request-id': `write-${index}` };
      return { ...writes[index % writes.length]!(index), headers };
    });
    row.all('answers', samples, ({ status }) => [200, 201, 502, 503].includes(status));

    const withoutKey = upstreams.users.taken.slice(from.users).filter(({ method }) => !method.startsWith('GET'));
    row.note('writes without a key that came', 'some', `${withoutKey.length}`, withoutKey.length > 20);
    row.upTo('the same write without a key', 1, maxRepeats(withoutKey.map(({ requestId }) => requestId)), 'times');

    const placed = upstreams.orders.taken.slice(from.orders).filter(({ method }) => method === 'PlaceOrder');
    const keys = Map.groupBy(placed, ({ requestId }) => requestId);
    const keysOf = (calls: TakenCall[]) =>
      new Set(calls.map(({ question }) => (question as { requestId: string }).requestId)).size;
    row.note('orders with a key that came', 'some', `${placed.length}`, placed.length > 10);
    row.upTo('keys of the same order', 1, Math.max(...[...keys.values()].map(keysOf)), 'keys');
    expect(row.missed).toEqual([]);
  });
});

function maxRepeats(ids: string[]): number {
  return Math.max(0, ...[...Map.groupBy(ids, (id) => id).values()].map((same) => same.length));
}
