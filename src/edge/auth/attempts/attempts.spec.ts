import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { AttemptsMemory } from './attempts.memory.ts';
import { accountName, addressName, Attempts, type Counted } from './attempts.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;
const redis = redisConnections();
const connected = () => redis.connected((server as { url: string }).url);

afterAll(async () => {
  await redis.close();
  if ('stop' in server) await server.stop();
});
afterEach(() => void jest.useRealTimers());

const named = (() => {
  let n = 0;
  return (): Counted[] => [{ by: 'account', name: `account-${(n += 1)}` }];
})();

/** How many of so many tries at once were tries. */
async function triesOf(attempts: readonly Attempts[], who: Counted[], many: number): Promise<number> {
  const all = Array.from({ length: many }, (_, i) => attempts[i % attempts.length]!.begin(who));
  return (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length;
}

describe('tries', () => {
  const pace = { free: 3, firstMs: 1_000, mostMs: 8_000 };

  it('that fail are free at first; then each waits twice as long, up to a limit', () => {
    jest.useFakeTimers();
    const memory = new AttemptsMemory();
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      expect(memory.begin('key', pace)).toBe(0);
      const waitMs = memory.begin('key', pace);
      if (waitMs) waits.push(waitMs);
      else i += 1;
      jest.advanceTimersByTime(waitMs);
    }
    expect(waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
  });

  it('are counted before it is known what comes of them: a thousand at once are no way around', async () => {
    expect(await triesOf([new Attempts(null)], named(), 1_000)).toBe(5);
  });

  it('that do not fail are given back: an account starts anew, an address has the rest', async () => {
    const attempts = new Attempts(null);
    const [account] = named();
    const both: Counted[] = [{ by: 'address', name: account!.name }, account!];
    for (let i = 0; i < 4; i += 1) await attempts.begin(both);
    await attempts.succeeded(both);
    expect(await triesOf([attempts], [account!], 10)).toBe(5);
    expect(await triesOf([attempts], [both[0]!], 100)).toBe(47);
  });

  it('say when to come back', async () => {
    const attempts = new Attempts(null);
    const who = named();
    await triesOf([attempts], who, 5);
    await expect(attempts.begin(who)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      headers: { 'retry-after': '1' },
    });
  });
});

onRedis('tries at gateways that share a Redis', () => {
  it('are counted together', async () => {
    const [one, other] = [new Attempts(await connected()), new Attempts(await connected())];
    expect(await triesOf([one, other], named(), 200)).toBe(5);
  });

  it('start anew at all of them', async () => {
    const [one, other] = [new Attempts(await connected()), new Attempts(await connected())];
    const who = named();
    await triesOf([one], who, 4);
    await one.succeeded(who);
    expect(await triesOf([other], who, 10)).toBe(5);
  });

  it('are still counted while it is away, by each', async () => {
    expect(await triesOf([new Attempts(await redis.lost())], named(), 200)).toBe(5);
  });
});

describe('who tries', () => {
  it('is the same account however its address is spelt, and cannot be read from its name', () => {
    expect(accountName(' ADA@example.com')).toBe(accountName('ada@example.com'));
    expect(accountName('ada@example.com')).not.toContain('ada');
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
  ])('at %s is %s', (address, name) => {
    expect(addressName(address)).toBe(name);
  });
});
