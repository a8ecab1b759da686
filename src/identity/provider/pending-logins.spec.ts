import type { Redis } from '#libs/redis';
import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PendingLogins } from './pending-logins.ts';
import { UsedTokens } from './used-tokens.ts';

const server = await ownRedisForTests();
const connections = redisConnections();
afterAll(async () => {
  await connections.close();
  if (!('skip' in server)) await server.stop();
});

const login = { state: 's', nonce: 'n', verifier: 'v', returnTo: '/', maxAge: 60, sessionBefore: 'before' };

describe.each([['memory'], ...('skip' in server ? [] : [['Redis']])])('provider logins in %s', (where) => {
  let redis: Redis | null = null;
  /** Two gateways if they share Redis, else one. */
  let one: PendingLogins;
  let other: PendingLogins;

  beforeAll(async () => {
    if (where === 'Redis' && !('skip' in server)) redis = await connections.connected(server.url);
    one = new PendingLogins(redis);
    other = redis ? new PendingLogins(redis) : one;
  });

  it('has a login claimed first by one of many, and known to the others', async () => {
    const cookie = await one.keep(login);
    const claims = await Promise.all([1, 2, 3, 4].map((i) => (i % 2 ? one : other).claim(cookie)));
    expect(claims.map((claim) => claim!.login)).toEqual([login, login, login, login]);
    expect(claims.filter((claim) => claim!.isFirst)).toHaveLength(1);
  });

  it('has the key of a login, which is not stored readable', async () => {
    const dpopKey = { kty: 'EC', crv: 'P-256', d: 'a private value' };
    const cookie = await one.keep({ ...login, dpopKey });
    const names = (await redis?.keys('atrium:login*')) ?? [];
    const kept = await Promise.all(names.map((name) => redis!.get(name)));
    expect(kept.join()).not.toContain('private value');
    expect((await other.claim(cookie))!.login).toEqual({ ...login, dpopKey });
  });

  it('has the failure of a login that is claimed again, whose outcome may be unknown', async () => {
    const cookies = [await one.keep(login), await one.keep(login), await one.keep(login)];
    for (const cookie of cookies) expect(await one.claim(cookie)).toEqual({ login, isFirst: true });
    await one.fail(cookies[1]!, 'no_access');
    await one.finish(cookies[2]!, 'a session');
    const again = await Promise.all(cookies.map((cookie) => other.claim(cookie)));
    expect(again.map((claim) => [claim!.isFirst, claim!.failure])).toEqual([
      [false, 'temporarily_unavailable'],
      [false, 'no_access'],
      [false, undefined],
    ]);
    expect(await other.sessionsOf(cookies)).toEqual(['a session']);
  });

  it('can be claimed again where Redis recorded the first claim too late', async () => {
    if (!redis || 'skip' in server) return;
    const hasty = await connections.connected(server.url);
    const cookie = await one.keep(login);
    const { commandTimeout } = hasty.options;
    hasty.options.commandTimeout = 50;
    // Redis sets it after 300 ms, after the command has timed out.
    await redis.call('CLIENT', 'PAUSE', '300', 'WRITE');
    await expect(new PendingLogins(hasty).claim(cookie)).rejects.toMatchObject({ code: 'OVERLOADED' });
    hasty.options.commandTimeout = commandTimeout;
    await hasty.ping();
    expect(await other.claim(cookie)).toEqual({ login, isFirst: true });
  });

  it('has no login without its cookie', async () => {
    await one.keep(login);
    expect(await one.claim('another')).toBeUndefined();
  });

  it('has the sessions of logins by their cookies, once there are some', async () => {
    const cookies = [await one.keep(login), await one.keep(login), await one.keep(login)];
    await one.claim(cookies[0]!);
    await other.claim(cookies[1]!);
    await one.finish(cookies[0]!, 'a session');
    expect(await other.sessionsOf([...cookies, 'another'])).toEqual(['a session']);
  });

  it('has the logout tokens that were used', async () => {
    const used = [new UsedTokens(redis), new UsedTokens(redis)];
    expect(await used[0]!.has('jti')).toBe(false);
    await used[0]!.add('jti', 60_000);
    expect(await used[0]!.has('jti')).toBe(true);
    expect(await used[1]!.has('jti')).toBe(redis !== null);
  });
});
