import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { accountName, Attempts, type Counted } from './attempts.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;
const redis = redisConnections();
const connected = () => redis.connected((server as { url: string }).url);

afterAll(async () => {
  await redis.close();
  if ('stop' in server) await server.stop();
});
afterEach(() => void jest.useRealTimers());

const HOUR_MS = 3_600_000;
const newName = (() => {
  let n = 0;
  return () => `name-${(n += 1)}`;
})();
const one = (by: Counted['by'], name = newName()): Counted[] => [{ by, name }];

/** How many of `many` simultaneous attempts were allowed. */
async function attemptsOf(gateways: readonly Attempts[], who: Counted[], many: number): Promise<number> {
  const all = Array.from({ length: many }, (_, i) => gateways[i % gateways.length]!.begin(who));
  return (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length;
}

/** The delays between attempts that all fail, in seconds. */
async function delaysOf(attempts: Attempts, who: Counted[], many: number): Promise<number[]> {
  const delays: number[] = [];
  for (let i = 0; i < many; i += 1) {
    await attempts.begin(who);
    const seconds = await attempts.begin(who).then(
      async (attempt) => (await attempt.takeBack(), 0),
      ({ headers }: { headers: Record<string, string> }) => Number(headers['retry-after']),
    );
    delays.push(seconds);
    jest.advanceTimersByTime(seconds * 1_000);
  }
  return delays;
}

const PLACES: [string, () => Promise<Attempts>][] = [
  ['in memory', async () => new Attempts(null)],
  ...('skip' in server
    ? []
    : ([['in Redis', async () => new Attempts(await connected())]] as [string, () => Promise<Attempts>][])),
];

describe.each(PLACES)('attempts counted %s', (_, open) => {
  it('are counted before their outcome is known, so that a thousand at once are no bypass', async () => {
    expect(await attemptsOf([await open()], one('guesser'), 1_000)).toBe(5);
  });

  it.each([
    ['guesser', 5],
    ['session', 5],
    ['device', 10],
    ['address', 50],
    ['refresh', 50],
    ['strangers', 30],
  ] as const)('by %s are free %i times', async (by, free) => {
    expect(await attemptsOf([await open()], one(by), free + 20)).toBe(free);
  });

  it('that succeed are not counted: a guesser is reset, an address keeps its other failures', async () => {
    const attempts = await open();
    const [guesser, address] = [one('guesser'), one('address')];
    for (let i = 0; i < 3; i += 1) await attempts.begin([...guesser, ...address]);
    await (await attempts.begin([...guesser, ...address])).succeeded();
    expect(await attemptsOf([attempts], guesser, 10)).toBe(5);
    expect(await attemptsOf([attempts], address, 100)).toBe(47);
  });

  it('of strangers stay counted when the owner logs in: a success cancels only its own attempt', async () => {
    const attempts = await open();
    const strangers = one('strangers');
    for (let i = 0; i < 20; i += 1) await attempts.begin(strangers);
    await (await attempts.begin(strangers)).succeeded();
    expect(await attemptsOf([attempts], strangers, 50)).toBe(10);
  });

  it('that one of several limits refuses are counted by none', async () => {
    const attempts = await open();
    const [guesser, address] = [one('guesser'), one('address')];
    await attemptsOf([attempts], guesser, 5);
    await attemptsOf([attempts], [...address, ...guesser], 100);
    expect(await attemptsOf([attempts], address, 100)).toBe(50);
  });

  it('that are cancelled lift their own delay, and not that of another', async () => {
    const attempts = await open();
    const who = one('guesser');
    const all = [];
    for (let i = 0; i < 5; i += 1) all.push(await attempts.begin(who));
    await all[0]!.takeBack();
    await expect(attempts.begin(who)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await all[4]!.takeBack();
    expect(await attemptsOf([attempts], who, 10)).toBe(2);
  });

  it('name the retry time and the limit that refused', async () => {
    const attempts = await open();
    const who = [...one('address'), ...one('guesser')];
    await attemptsOf([attempts], who, 5);
    const refused: string[] = [];
    await expect(attempts.begin(who, (by) => refused.push(by))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      headers: { 'retry-after': '1' },
    });
    expect(refused).toEqual(['guesser']);
    const strangers = one('strangers');
    await attemptsOf([attempts], strangers, 30);
    await expect(attempts.begin(strangers)).rejects.toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^3(600|59\d)$/) },
    });
  });
});

describe('attempts over time', () => {
  it('that fail are free at first; then the delay doubles, up to 15 minutes', async () => {
    jest.useFakeTimers();
    const delays = await delaysOf(new Attempts(null), one('session'), 16);
    expect(delays).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('of strangers at one account are at most 30 in any hour', async () => {
    jest.useFakeTimers();
    const attempts = new Attempts(null);
    const strangers = one('strangers');
    const counted: number[] = [];
    for (let minute = 0; minute < 300; minute += 1) {
      const many = await attemptsOf([attempts], strangers, minute % 7 === 0 ? 9 : 1);
      for (let i = 0; i < many; i += 1) counted.push(performance.now());
      jest.advanceTimersByTime(60_000);
    }
    for (const [i, at] of counted.entries()) {
      expect(counted.slice(i).filter((other) => other - at < HOUR_MS).length).toBeLessThanOrEqual(30);
    }
    expect(counted.length).toBeGreaterThanOrEqual(150);
  });

  it('by a device revoke it after 20 failures, for its lifetime; fewer failures expire in a day', async () => {
    jest.useFakeTimers();
    const attempts = new Attempts(null);
    const [device, other] = [one('device')[0]!, one('device')[0]!];
    for (const each of [device, other]) await delaysOf(attempts, [each], 19);
    await attempts.begin([device]);
    expect([await attempts.isSpent(device), await attempts.isSpent(other)]).toEqual([true, false]);
    jest.advanceTimersByTime(89 * 24 * HOUR_MS);
    expect(await attempts.isSpent(device)).toBe(true);
    expect(await attemptsOf([attempts], [other], 20)).toBe(10);
    jest.advanceTimersByTime(2 * 24 * HOUR_MS);
    expect(await attempts.isSpent(device)).toBe(false);
  });
});

onRedis('attempts at gateways with a shared Redis', () => {
  const two = async () => [new Attempts(await connected()), new Attempts(await connected())] as const;

  it.each([
    ['guesser', 5],
    ['strangers', 30],
    ['device', 10],
  ] as const)('are counted together, by %s', async (by, free) => {
    expect(await attemptsOf(await two(), one(by), 200)).toBe(free);
  });

  it('are reset at all of them', async () => {
    const [here, there] = await two();
    const who = one('guesser');
    await attemptsOf([here], who, 3);
    await (await here.begin(who)).succeeded();
    expect(await attemptsOf([there], who, 10)).toBe(5);
  });

  it('revoke a device at all of them', async () => {
    const [here, there] = await two();
    const connection = await connected();
    const [device] = one('device');
    const key = `atrium:attempts:device ${device!.name}`;
    const keptDays = async () => Math.ceil((await connection.pttl(key)) / (24 * HOUR_MS));
    await connection.hset(key, { failed: 18, notBefore: 0 });
    const attempt = await here.begin([device!]);
    expect([await there.isSpent(device!), await keptDays()]).toEqual([false, 1]);
    await attempt.takeBack();
    await connection.hset(key, { failed: 19, notBefore: 0 });
    const last = await here.begin([device!]);
    expect([await there.isSpent(device!), await keptDays()]).toEqual([true, 90]);
    await last.takeBack();
    expect([await there.isSpent(device!), await keptDays()]).toEqual([false, 1]);
  });

  it.each([
    ['guesser', 5],
    ['strangers', 30],
  ] as const)('are still counted by each gateway while Redis is down: %s', async (by, free) => {
    expect(await attemptsOf([new Attempts(await redis.lost())], one(by), 200)).toBe(free);
  });
});

describe('the name of an account', () => {
  it('is the same for every spelling of its email address, and does not reveal it', () => {
    expect(accountName(' ADA@example.com')).toBe(accountName('ada@example.com'));
    expect(accountName('ada@example.com')).not.toContain('ada');
  });
});
