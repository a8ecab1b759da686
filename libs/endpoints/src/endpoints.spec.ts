import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Address } from './address.ts';
import { Endpoints, type EndpointsOptions } from './endpoints.ts';

class Down extends Error {}
class GivenUp extends Error {}
class Refused extends Error {}

const SLOW_MS = 1_000;
const at = (name: string, weight = 1): Address => ({ name, host: name, authority: name, weight });
const down = async () => {
  throw new Down();
};
const which = async (connection: string) => connection;

function endpointsAt(names: readonly (string | Address)[], more: Partial<EndpointsOptions<string>> = {}) {
  const addresses = names.map((name) => (typeof name === 'string' ? at(name) : name));
  return new Endpoints<string>(addresses, {
    connect: ({ name }) => name,
    judge: (error, durationMs) => {
      if (error instanceof Down) return 'unhealthy';
      return error instanceof GivenUp && durationMs < SLOW_MS
        ? 'none'
        : error instanceof Refused
          ? 'healthy'
          : 'unhealthy';
    },
    ...more,
  });
}

async function used(endpoints: Endpoints<string>, calls: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < calls; i += 1) {
    const name = await endpoints.use(which);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('the addresses of an upstream', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const failA = (name: string) => (name === 'a' ? down() : which(name));

  it('are used in rotation, the one with the fewest calls first', async () => {
    const endpoints = endpointsAt(['a', 'b', 'c']);
    expect(await used(endpoints, 30)).toEqual({ a: 10, b: 10, c: 10 });
    const busy: string[] = [];
    const hold = (name: string) => (busy.push(name), new Promise<never>(() => {}));
    void endpoints.use(hold);
    void endpoints.use(hold);
    expect(busy).not.toContain(await endpoints.use(which));
  });

  it('receive calls in proportion to their weight, sequential or concurrent', async () => {
    const endpoints = endpointsAt([at('a', 10), at('b', 5), at('c')]);
    expect(await used(endpoints, 160)).toEqual({ a: 100, b: 50, c: 10 });
    const held: string[] = [];
    for (let i = 0; i < 160; i += 1) void endpoints.use((name) => (held.push(name), new Promise<never>(() => {})));
    const share = (name: string) => held.filter((one) => one === name).length;
    expect([share('a'), share('b'), share('c')]).toEqual([100, 50, 10]);
  });

  it('are ejected temporarily after consecutive failures', async () => {
    const endpoints = endpointsAt(['a', 'b', 'c']);
    endpoints.all[1]!.inFlight = endpoints.all[2]!.inFlight = 1_000;
    for (let i = 0; i < 5; i += 1) await endpoints.use(failA).catch(() => undefined);
    endpoints.all[1]!.inFlight = endpoints.all[2]!.inFlight = 0;
    expect(endpoints.report().map(({ isEjected }) => isEjected)).toEqual([true, false, false]);
    expect(await used(endpoints, 10)).not.toHaveProperty('a');
    jest.advanceTimersByTime(5_000);
    expect(await used(endpoints, 20)).toHaveProperty('a');
  });

  it('receive only their share of calls after an ejection', async () => {
    const endpoints = endpointsAt(['a', 'b']);
    for (let i = 0; i < 20; i += 1) await endpoints.use(failA).catch(() => undefined);
    await used(endpoints, 500);
    jest.advanceTimersByTime(5_000);
    const { a, b } = await used(endpoints, 20);
    expect(Math.abs(a! - b!)).toBeLessThanOrEqual(2);
  });

  it('are avoided for a second after a failure', async () => {
    const endpoints = endpointsAt(['a', 'b', 'c']);
    for (let i = 0; i < 3; i += 1) await endpoints.use(failA).catch(() => undefined);
    expect(await used(endpoints, 10)).not.toHaveProperty('a');
    jest.advanceTimersByTime(1_000);
    expect(await used(endpoints, 20)).toHaveProperty('a');
  });

  it('notify their connection of an ejection, so that a lost connection can be replaced', async () => {
    const ejected: string[] = [];
    const endpoints = endpointsAt(['a'], { onEject: (name) => ejected.push(name) });
    for (let i = 0; i < 4; i += 1) await endpoints.use(down).catch(() => undefined);
    expect(ejected).toEqual([]);
    await endpoints.use(down).catch(() => undefined);
    expect(ejected).toEqual(['a']);
  });

  it('are never all ejected', async () => {
    const endpoints = endpointsAt(['a', 'b']);
    for (let i = 0; i < 20; i += 1) await endpoints.use(down).catch(() => undefined);
    expect(endpoints.report().every(({ isEjected }) => isEjected)).toBe(true);
    expect(['a', 'b']).toContain(await endpoints.use(which));
  });

  it('are not marked as failed if a call was cancelled early, and are healthy if they refuse a call', async () => {
    const endpoints = endpointsAt(['a']);
    const giveUp = (afterMs: number) => async () => {
      jest.advanceTimersByTime(afterMs);
      throw new GivenUp();
    };
    for (let i = 0; i < 4; i += 1) await endpoints.use(down).catch(() => undefined);
    await endpoints.use(giveUp(10)).catch(() => undefined);
    expect(endpoints.report()).toMatchObject([{ failuresInARow: 4 }]);
    await endpoints.use(() => Promise.reject(new Refused())).catch(() => undefined);
    expect(endpoints.report()).toMatchObject([{ failuresInARow: 0 }]);
    await endpoints.use(giveUp(SLOW_MS)).catch(() => undefined);
    expect(endpoints.report()).toMatchObject([{ failuresInARow: 1 }]);
  });

  it('that are connected take precedence over those that are not, whatever their weight', async () => {
    const endpoints = endpointsAt([at('a', 1_000), 'b'], { isReady: (name) => name === 'b' });
    expect(await used(endpoints, 10)).toEqual({ b: 10 });
  });
});

describe('addresses with priorities', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const ranked = (name: string, priority: number): Address => ({ ...at(name), priority });
  /** Two addresses of the best priority and one of the next; those in `lost` refuse connections. */
  function ranks() {
    const lost = new Set<string>();
    const looked: string[] = [];
    const endpoints = endpointsAt([ranked('c', 20), ranked('a', 10), ranked('b', 10)], {
      isReady: (name) => (looked.push(name), !lost.has(name)),
    });
    const call = () => endpoints.use((name) => (lost.has(name) ? down() : which(name))).catch(() => 'none');
    return { lost, looked, endpoints, call };
  }

  it('of the best priority share all calls, and no connections are made to the others', async () => {
    const { endpoints, looked } = ranks();
    const held: string[] = [];
    for (let i = 0; i < 10; i += 1) void endpoints.use((name) => (held.push(name), new Promise<never>(() => {})));
    expect(held.toSorted().join('')).toBe('aaaaabbbbb');
    expect(looked).not.toContain('c');
  });

  it('of the next priority are used while none of the best can be reached, without delaying calls', async () => {
    const { lost, call } = ranks();
    lost.add('a');
    for (let i = 0; i < 5; i += 1) await call();
    expect([await call(), await call()]).toEqual(['b', 'b']);
    lost.add('b');
    for (let i = 0; i < 2; i += 1) await call();
    const later: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      jest.advanceTimersByTime(1_000);
      later.push(await call());
    }
    expect(new Set(later)).toEqual(new Set(['c']));
  });

  it('of the best priority are used again as soon as one is connected', async () => {
    const { lost, call } = ranks();
    lost.add('a').add('b');
    for (let i = 0; i < 5; i += 1) await call();
    expect(await call()).toBe('c');
    lost.delete('b');
    expect([await call(), await call()]).toEqual(['b', 'b']);
  });

  it('are all tried if none can be reached', async () => {
    const { lost, endpoints } = ranks();
    lost.add('a').add('b').add('c');
    const tried = new Set<string>();
    for (let i = 0; i < 6; i += 1) await endpoints.use((name) => (tried.add(name), down())).catch(() => {});
    expect(tried).toEqual(new Set(['a', 'b', 'c']));
  });
});

describe('an address that a call has already tried', () => {
  it('is skipped by the same call while there are others, whatever its weight and load', async () => {
    const endpoints = endpointsAt([at('a', 1_000), 'b'], { isReady: (name) => name === 'a' });
    expect(await endpoints.use(which, new Set(['a']))).toBe('b');
    expect(['a', 'b']).toContain(await endpoints.use(which, new Set(['a', 'b'])));
  });
});

describe('addresses that change', () => {
  it('keep the connections of those that remain, and close those of removed ones', async () => {
    const [made, removed]: string[][] = [[], []];
    const endpoints = endpointsAt(['a', 'b'], {
      connect: ({ name }) => (made!.push(name), name),
      onRemove: (name) => removed!.push(name),
    });
    const held = Promise.withResolvers<string>();
    void endpoints.use(() => held.promise);
    endpoints.update([at('b'), at('c')]);
    expect([made, removed]).toEqual([['a', 'b', 'c'], ['a']]);
    held.resolve('');
    await held.promise;
    expect(await used(endpoints, 10)).toEqual({ b: 5, c: 5 });
  });

  it('do not send all calls to a new one', async () => {
    const endpoints = endpointsAt(['a', 'b']);
    await used(endpoints, 100);
    endpoints.update([at('a'), at('b'), at('c')]);
    expect(await used(endpoints, 30)).toEqual({ a: 10, b: 10, c: 10 });
  });

  it('change their weight without a new connection', async () => {
    let made = 0;
    const endpoints = endpointsAt(['a', 'b'], { connect: ({ name }) => ((made += 1), name) });
    endpoints.update([at('a', 3), at('b')]);
    expect(made).toBe(2);
    expect(await used(endpoints, 40)).toEqual({ a: 30, b: 10 });
  });
});
