import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Address } from './address.ts';
import { Resolution } from './resolution.ts';
import type { Resolved } from './resolver.ts';
import { parseTarget, type Target } from './target.ts';

const at = (name: string, weight = 1): Address => ({ name, host: name, authority: name, weight });

/** Names whose look-ups return the current value in `known`, or fail if there is none. */
function resolutionOf(...texts: string[]) {
  const known = new Map<string, string[]>();
  const looked: string[] = [];
  const changes: string[][] = [];
  const its = {
    ttlMs: 10_000,
    known,
    looked,
    changes,
    find: undefined as ((target: Target) => Promise<Resolved>) | undefined,
  };
  const find = async (target: Target): Promise<Resolved> => {
    looked.push(target.host);
    if (its.find) return its.find(target);
    const found = known.get(target.host);
    if (!found) throw new Error(`queryA ESERVFAIL ${target.host}`);
    return { addresses: found.map((name) => at(name)), ttlMs: its.ttlMs };
  };
  const onChange = (all: readonly Address[]) => void changes.push(all.map(({ name }) => name));
  const resolution = new Resolution(
    texts.map((text) => parseTarget(text)!),
    onChange,
    find,
  );
  return Object.assign(its, { resolution });
}

const hanging = () => new Promise<never>(() => {});
const after = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('the addresses of targets', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('are known immediately if none is a name, without look-ups', async () => {
    const { resolution, changes, looked } = resolutionOf('10.0.0.1:1', 'unix:/run/a');
    await resolution.ready();
    expect([changes, looked]).toEqual([[['10.0.0.1:1', 'unix:/run/a']], []]);
  });

  it('are used as soon as each is known', async () => {
    const its = resolutionOf('slow:1', 'quick:1');
    const slow = Promise.withResolvers<Resolved>();
    its.find = ({ host }) =>
      host === 'slow' ? slow.promise : Promise.resolve({ addresses: [at('b')], ttlMs: 9_000 });
    await its.resolution.ready();
    expect(its.changes).toEqual([['b']]);
    slow.resolve({ addresses: [at('a')], ttlMs: 9_000 });
    await after(0);
    expect(its.changes.at(-1)).toEqual(['a', 'b']);
    its.resolution.close();
  });

  it('are incomplete until the first look-up of each name has ended', async () => {
    const its = resolutionOf('10.0.0.1:1', 'slow:1', 'quick:1');
    const slow = Promise.withResolvers<Resolved>();
    its.find = ({ host }) =>
      host === 'slow' ? slow.promise : Promise.resolve({ addresses: [at('b')], ttlMs: 9_000 });
    await its.resolution.ready();
    const known = its.resolution.firstLookUps()!.then(() => its.resolution.addresses.map(({ name }) => name));
    await after(500);
    slow.resolve({ addresses: [at('a')], ttlMs: 9_000 });
    expect(await known).toEqual(['10.0.0.1:1', 'a', 'b']);
    expect(its.resolution.firstLookUps()).toBeUndefined();
    its.resolution.close();
  });

  it('delay calls for at most a second, and not at all if all are fixed', async () => {
    const its = resolutionOf('10.0.0.1:1', 'slow:1');
    its.find = hanging;
    await its.resolution.ready();
    const known = its.resolution.firstLookUps();
    await after(1_000);
    await known;
    expect(its.resolution.addresses.map(({ name }) => name)).toEqual(['10.0.0.1:1']);
    its.resolution.close();
    expect(resolutionOf('10.0.0.1:1').resolution.firstLookUps()).toBeUndefined();
  });

  it('have no duplicates if several targets name them', async () => {
    const its = resolutionOf('10.0.0.1:1;weight=5', 'pods:1', '10.0.0.1:1', 'more:1');
    its.known.set('pods', ['p', 'q', 'p']).set('more', ['q', '10.0.0.1:1']);
    await its.resolution.ready();
    await after(0);
    expect(its.resolution.addresses).toMatchObject([
      { name: '10.0.0.1:1', weight: 5 },
      { name: 'p' },
      { name: 'q' },
    ]);
    its.resolution.close();
  });

  it('are looked up again when their TTL expires, and reported if they have changed', async () => {
    const its = resolutionOf('pods:1');
    its.known.set('pods', ['p', 'q']);
    await its.resolution.ready();
    its.known.set('pods', ['q', 'p']);
    await after(9_999);
    expect(its.looked).toHaveLength(1);
    await after(1);
    expect([its.looked.length, its.changes]).toEqual([2, [['p', 'q']]]);
    its.known.set('pods', ['r', 'q']);
    await after(10_000);
    expect(its.changes.at(-1)).toEqual(['r', 'q']);
    its.resolution.close();
    await after(1_000_000);
    expect(its.looked).toHaveLength(3);
  });

  it.each([
    [0, 1_000],
    [1, 1_000],
    [60_000, 60_000],
    [2_147_483_647_000, 300_000],
    [Infinity, 300_000],
  ])('whose TTL is %d ms are looked up again after %d ms', async (ttlMs, refreshMs) => {
    const its = resolutionOf('pods:1');
    Object.assign(its, { ttlMs }).known.set('pods', ['p']);
    await its.resolution.ready();
    await after(refreshMs - 1);
    expect(its.looked).toHaveLength(1);
    await after(1);
    expect(its.looked).toHaveLength(2);
    its.resolution.close();
  });

  it('are the last known ones while DNS fails, which is queried every second', async () => {
    const its = resolutionOf('pods:1');
    its.known.set('pods', ['p']);
    await its.resolution.ready();
    its.known.delete('pods');
    await after(10_000 + 5_000);
    await its.resolution.ready();
    expect([its.resolution.addresses.length, its.looked.length]).toEqual([1, 7]);
    its.known.set('pods', ['r']);
    await after(1_000);
    expect(its.changes).toEqual([['p'], ['r']]);
    its.resolution.close();
  });

  it('are none if the SRV record says so, and calls fail with the name', async () => {
    const its = resolutionOf('srv:_grpc._tcp.orders');
    its.known.set('_grpc._tcp.orders', ['p']);
    await its.resolution.ready();
    its.known.set('_grpc._tcp.orders', []);
    await after(10_000);
    expect(its.changes).toEqual([['p'], []]);
    await expect(its.resolution.ready()).rejects.toThrow('_grpc._tcp.orders has no addresses');
    its.resolution.close();
  });

  it('are looked up soon after connections fail', async () => {
    const its = resolutionOf('pods:1');
    Object.assign(its, { ttlMs: 300_000 }).known.set('pods', ['p']);
    await its.resolution.ready();
    for (let i = 0; i < 10; i += 1) its.resolution.refresh();
    await after(999);
    expect(its.looked).toHaveLength(1);
    await after(1);
    expect(its.looked).toHaveLength(2);
    its.resolution.close();
  });
});

describe('names that cannot be resolved at first', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('fail each call with their names, and are looked up again for the next', async () => {
    const its = resolutionOf('orders.test:1', 'more.test:1');
    await expect(its.resolution.ready()).rejects.toThrow(/ESERVFAIL orders\.test; .*ESERVFAIL more\.test/);
    its.known.set('orders.test', ['p']);
    await after(100);
    await its.resolution.ready();
    expect(its.changes).toEqual([['p']]);
    its.resolution.close();
  });

  it('are looked up at most ten times a second, however many calls there are', async () => {
    const its = resolutionOf('orders.test:1');
    for (let i = 0; i < 1_000; i += 1) {
      await its.resolution.ready().catch(() => {});
      await after(1);
    }
    expect(its.looked.length).toBeGreaterThan(5);
    expect(its.looked.length).toBeLessThanOrEqual(11);
    its.resolution.close();
  });

  it('delay calls for at most a second if DNS does not answer, and later calls not at all', async () => {
    const its = resolutionOf('orders.test:1');
    its.find = hanging;
    const first = expect(its.resolution.ready()).rejects.toThrow('orders.test is not resolved yet');
    await after(1_000);
    await first;
    await expect(its.resolution.ready()).rejects.toThrow('orders.test is not resolved yet');
    expect(its.looked).toHaveLength(1);
    its.resolution.close();
  });
});
