import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TryRecord } from '#libs/upstream';
import { missingIn, p99, type Sample } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop, type ServiceName } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(60_000);

const PER_SECOND = 60;
const CALLERS = 40;
const DEADLINE_MS = 3_000;
const SHORT_TIMEOUT_MS = 400;
const LATE_MS = 50;
/** A probe is waited for no longer than to the next, and no longer than calls usually take. */
const MAX_WAIT_MS = 200;
const MAX_WAITING_SHARE = 0.2;

const SERVICES = [
  ['users', 'user', 'GET /users'],
  ['orders', 'recentOrders', 'ListRecentOrders'],
  ['products', 'recommendations', 'ListRecommendedProducts'],
] as const satisfies [ServiceName, string, string][];

let shop: RealShop;
let callers: { authorization: string }[];

beforeAll(async () => {
  shop = await RealShop.open();
  callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 3}`));
});
afterAll(() => shop.close());

/** One in ten is in a hurry. */
const home = (index: number) => {
  const hurry: Record<string, string> = index % 10 === 9 ? { 'x-request-timeout-ms': `${SHORT_TIMEOUT_MS}` } : {};
  return { path: '/v1/home', headers: { ...callers[index % CALLERS]!, ...hurry } };
};

const allowedMs = ({ request }: Sample) => Number(request.headers['x-request-timeout-ms'] ?? DEADLINE_MS);

/** The tries of the requests that the gateway has logged from the `from`th line on. */
function triesBetween(from: number, to?: number): TryRecord[] {
  const lines = shop.gateway.log.lines.slice(from, to) as { tries?: TryRecord[] }[];
  return lines.flatMap(({ tries = [] }) => tries);
}

const durationsOf = (tries: TryRecord[]) => tries.map(({ durationMs }) => durationMs);

describe('a service that hangs (SIGSTOP) under load', () => {
  it.each(SERVICES)('%s', async (name, part, method) => {
    const row = new Row(`${name} stopped`);
    const others = (tries: TryRecord[]) => tries.filter((one) => one.upstream !== name && one.outcome === 'OK');
    await shop.loadFor(1_000, PER_SECOND, home);
    const calmFrom = shop.gateway.log.lines.length;
    await shop.calm(PER_SECOND, home);
    const calmP99 = p99(durationsOf(others(triesBetween(calmFrom))));

    const load = shop.load(PER_SECOND, home);
    await passed(500);
    const linesBefore = shop.gateway.log.lines.length;
    shop.processes.get(name)!.signal('SIGSTOP');
    const stoppedAt = performance.now();
    await shop.breakerIs(name, method, (state) => state !== 'CLOSED');
    row.note(
      'breaker opens (GET /admin/upstreams)',
      'yes',
      `after ${Math.round(performance.now() - stoppedAt)} ms`,
      true,
    );
    await passed(3_000);
    const linesAfter = shop.gateway.log.lines.length;
    const during = triesBetween(linesBefore, linesAfter);
    shop.processes.get(name)!.signal('SIGCONT');
    const backAt = performance.now();
    const closedAt = await shop.breakerIs(name, method, (state) => state === 'CLOSED');
    await passed(2_000);
    const samples = await load.stop();

    row.all('answers 200', samples, ({ status }) => status === 200);
    row.all('the part alone missing, or nothing', samples, (sample) =>
      missingIn(sample).every((missing) => missing.startsWith(`${part} `)),
    );
    const latest = Math.max(...samples.map((sample) => sample.durationMs - allowedMs(sample)));
    row.upTo('latest answer after its deadline', LATE_MS, latest);
    const refused = during.filter(({ outcome }) => outcome === 'CIRCUIT_OPEN');
    const waits = refused.map(({ queueMs }: Partial<TryRecord>) => queueMs ?? 0);
    row.note('tries refused while open', 'some', `${refused.length}`, refused.length > 0);
    row.upTo('longest refusal', 5, Math.max(...refused.map(({ durationMs }, i) => durationMs - waits[i]!)));
    row.upTo('longest wait for a probe', MAX_WAIT_MS, Math.max(...waits));
    const isFew = waits.filter((ms) => ms > 0).length <= MAX_WAITING_SHARE * refused.length;
    row.note('refused tries that waited for one', 'few', `${waits.filter((ms) => ms > 0).length}`, isFew);
    row.upTo(
      `p99 of the other services (calm ${calmP99.toFixed(0)} ms + 50)`,
      calmP99 + 50,
      p99(durationsOf(others(during))),
    );
    row.upTo('breaker closed after its return', 2_000, closedAt - backAt);
    const lastMissing = samples.filter((sample) => missingIn(sample).length > 0).at(-1);
    row.upTo('whole again after its return', 2_000, Math.max(0, (lastMissing?.endedAt ?? 0) - backAt));
    expect(row.missed).toEqual([]);
  });
});
