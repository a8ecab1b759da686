import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy, type Faults } from '#libs/testing';
import { isWhole, missingIn } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop, type ServiceName } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(60_000);

const PER_SECOND = 60;
const CALLERS = 40;
const DEADLINE_MS = 3_000;
const LATE_MS = 50;
const FAULT_MS = 3_000;

const SERVICES = [
  { name: 'users', part: 'user', method: 'GET /users' },
  { name: 'orders', part: 'recentOrders', method: 'ListRecentOrders' },
] as const satisfies { name: ServiceName; part: string; method: string }[];

/** What is wrong with the network, and whether answers still come. */
const FAULTS: [string, Partial<Faults> | 'lost', boolean][] = [
  ['100 ms and up to 100 ms more', { latencyMs: 100, jitterMs: 100 }, true],
  ['2 kB/s', { bytesPerSecond: 2_000 }, false],
  ['half open: nothing passes', { halfOpen: true }, false],
  ['open connections lost, without a word', 'lost', false],
  ['reset after 200 bytes', { resetAfterBytes: 200 }, false],
  ['new connections refused, old ones reset', { refuse: true, resetAfterBytes: 0 }, false],
];

const proxies = new Map<ServiceName, FaultProxy>();
let shop: RealShop;
let callers: { authorization: string }[];

beforeAll(async () => {
  shop = await RealShop.open(async (at) => {
    for (const { name } of SERVICES) proxies.set(name, await FaultProxy.open({ target: at(name) }));
    return { USERS_URL: `http://${proxies.get('users')!.address}`, ORDERS_URL: proxies.get('orders')!.address };
  });
  callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 3}`));
  await shop.loadFor(2_000, PER_SECOND, home);
});
afterAll(async () => {
  await shop?.close();
  for (const proxy of proxies.values()) await proxy.close();
});

const home = (index: number) => ({ path: '/v1/home', headers: callers[index % CALLERS]! });
describe.each(SERVICES)('the network between the gateway and $name', ({ name, part, method }) => {
  it.each(FAULTS)('%s', async (what, faults, isUsable) => {
    const row = new Row(`${name}: ${what}`);
    const proxy = proxies.get(name)!;
    const load = shop.load(PER_SECOND, home);
    await passed(300);
    const brokenAt = performance.now();
    if (faults === 'lost') proxy.loseConnections();
    else proxy.set(faults);
    await passed(FAULT_MS);
    proxy.heal();
    const healedAt = performance.now();
    const closedAt = await shop.breakerIs(name, method, (state) => state === 'CLOSED');
    await passed(2_000);
    const samples = await load.stop();

    const during = load.between(brokenAt, healedAt);
    row.all('answers 200', samples, ({ status }) => status === 200);
    if (isUsable) row.all('whole', during, isWhole);
    row.all('that part alone missing, or nothing', samples, (sample) =>
      missingIn(sample).every((missing) => missing.startsWith(`${part} `)),
    );
    const latest = Math.max(...samples.map(({ durationMs }) => durationMs));
    row.upTo('slowest answer', DEADLINE_MS + LATE_MS, latest);
    row.upTo('breaker closed after it healed', 2_000, Math.max(0, closedAt - healedAt));
    const lastMissing = samples.filter((sample) => !isWhole(sample)).at(-1);
    row.upTo('whole again after it healed', 2_000, Math.max(0, (lastMissing?.endedAt ?? 0) - healedAt));
    expect(row.missed).toEqual([]);
  });
});
