import { GatewayError } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Endpoints } from './endpoints.ts';

const down = async () => {
  throw new GatewayError('UPSTREAM_UNAVAILABLE');
};
const which = async (address: string) => address;

describe('the addresses of an upstream', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const three = () => new Endpoints(['a', 'b', 'c'], (address) => address);

  it('take turns, and the least busy goes first', async () => {
    const endpoints = three();
    const asked = [await endpoints.use(which), await endpoints.use(which), await endpoints.use(which)];
    expect(asked.sort()).toEqual(['a', 'b', 'c']);
    const busy: string[] = [];
    const hold = (address: string) => (busy.push(address), new Promise<never>(() => {}));
    void endpoints.use(hold);
    void endpoints.use(hold);
    expect(busy).not.toContain(await endpoints.use(which));
  });

  it('are left out for a while when they only fail, and come back', async () => {
    const endpoints = three();
    const failA = (address: string) => (address === 'a' ? down() : which(address));
    endpoints.all[1]!.inFlight = endpoints.all[2]!.inFlight = 1_000;
    for (let i = 0; i < 5; i += 1) await endpoints.use(failA).catch(() => undefined);
    endpoints.all[1]!.inFlight = endpoints.all[2]!.inFlight = 0;
    expect(endpoints.report().map(({ isEjected }) => isEjected)).toEqual([true, false, false]);
    for (let i = 0; i < 10; i += 1) expect(await endpoints.use(which)).not.toBe('a');
    jest.advanceTimersByTime(5_000);
    const asked = [await endpoints.use(which), await endpoints.use(which), await endpoints.use(which)];
    expect(asked).toContain('a');
  });

  it('are passed over for a second after a failure, and then asked again', async () => {
    const endpoints = three();
    const failA = (address: string) => (address === 'a' ? down() : which(address));
    for (let i = 0; i < 3; i += 1) await endpoints.use(failA).catch(() => undefined);
    for (let i = 0; i < 10; i += 1) expect(await endpoints.use(which)).not.toBe('a');
    jest.advanceTimersByTime(1_000);
    const asked = [await endpoints.use(which), await endpoints.use(which), await endpoints.use(which)];
    expect(asked).toContain('a');
  });

  it('get a new connection after five failures in a row', async () => {
    const endpoints = new Endpoints(
      ['a'],
      () => 'old',
      Infinity,
      (_, address) => `new ${address}`,
    );
    for (let i = 0; i < 5; i += 1) {
      expect(endpoints.all[0]!.connection).toBe('old');
      await endpoints.use(down).catch(() => undefined);
    }
    expect(await endpoints.use(which)).toBe('new a');
  });

  it('are shown without the credentials in them', () => {
    const endpoints = new Endpoints(['http://me:w@rd@a:1', 'grpcs://b:2', 'c:3'], (address) => address);
    expect(endpoints.report().map(({ address }) => address)).toEqual(['http://a:1', 'grpcs://b:2', 'c:3']);
  });

  it('are left out when they only hang, but not for who would not wait', async () => {
    const timeout = async () => {
      throw new GatewayError('UPSTREAM_TIMEOUT');
    };
    for (const [hungMs, isEjected] of [
      [999, false],
      [1_000, true],
    ] as const) {
      const endpoints = new Endpoints(['a', 'b'], (address) => address, 1_000);
      const hang = async () => (jest.advanceTimersByTime(hungMs), timeout());
      endpoints.all[1]!.inFlight = 1_000;
      for (let i = 0; i < 5; i += 1) await endpoints.use(hang).catch(() => undefined);
      expect(endpoints.report()[0]).toMatchObject({ isEjected, failuresInARow: 0 });
    }
  });

  it('are not forgiven for a failure because somebody else would not wait', async () => {
    const endpoints = new Endpoints(['a'], (address) => address, 1_000);
    const impatient = async () => {
      throw new GatewayError('UPSTREAM_TIMEOUT');
    };
    for (const call of [down, impatient, down]) await endpoints.use(call).catch(() => undefined);
    expect(endpoints.report()[0]!.failuresInARow).toBe(2);
    await endpoints.use(which);
    expect(endpoints.report()[0]!.failuresInARow).toBe(0);
  });

  it('are never left out all', async () => {
    const endpoints = three();
    for (let i = 0; i < 30; i += 1) await endpoints.use(down).catch(() => undefined);
    expect(await endpoints.use(which)).toMatch(/[abc]/);
  });

  it('are not blamed for an answer that is none of their fault', async () => {
    const endpoints = new Endpoints(['a'], (address) => address);
    const notFound = async () => {
      throw new GatewayError('NOT_FOUND');
    };
    for (let i = 0; i < 10; i += 1) await endpoints.use(notFound).catch(() => undefined);
    expect(endpoints.report()).toEqual([{ address: 'a', inFlight: 0, failuresInARow: 0, isEjected: false }]);
  });
});
