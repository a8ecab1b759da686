import { Sessions } from '#gateway/identity/sessions/sessions';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { SessionStoreRedis } from '#gateway/identity/sessions/session-store.redis';
import { aContext, eventually, ownRedisForTests, redisConnections } from '#libs/testing';
import { DetachedWork } from '#libs/upstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Renewal, Renewals, sealedSecret, secretOf } from './renewals.ts';

/** A session that is due for renewal, with the secret `first`. */
async function due(sessions: Sessions) {
  const given = { userId: 'u1', kind: 'browser' as const, scopes: ['a'], renewedBy: 'spec', renewAt: 0 };
  const { sessionId: id, token: cookie } = await sessions.open(aContext(), given);
  await sessions.change(id, { sealed: sealedSecret('first', cookie) });
  const now = async () => (await sessions.withToken(cookie))!.session;
  return { id, cookie, now, session: await now(), secret: async () => secretOf(await now(), cookie) };
}

function alone(renewer: (renewal: Renewal) => Promise<{ scopes?: string[]; forMs: number } | undefined>) {
  const { sessions, log } = sessionsOf(new SessionStoreMemory());
  const renewals = new Renewals(sessions, null, new DetachedWork());
  renewals.register('spec', renewer);
  return { sessions, renewals, log };
}

describe('a renewal', () => {
  it('stores a new secret, even if the rest of it fails', async () => {
    const { sessions, renewals } = alone(async ({ claim, keep }) => {
      await claim();
      await keep('second');
      throw new Error('the ID token cannot be checked');
    });
    const { id, cookie, session, secret, now } = await due(sessions);
    const renewed = await renewals.renew(aContext(), id, session, cookie);
    expect([renewed!.scopes, await secret()]).toEqual([['a'], 'second']);
    expect((await now()).renewAt).toBeGreaterThan(Date.now());
  });

  it('keeps the scopes that it gets no answer about', async () => {
    const { sessions, renewals } = alone(async () => ({ forMs: 60_000 }));
    const { id, cookie, session, now } = await due(sessions);
    await renewals.renew(aContext(), id, session, cookie);
    expect((await now()).scopes).toEqual(['a']);
  });

  it('ends a session that is over at the provider', async () => {
    const { sessions, renewals, log } = alone(async () => undefined);
    const { id, cookie, session } = await due(sessions);
    expect(await renewals.renew(aContext(), id, session, cookie)).toBeUndefined();
    expect(await sessions.withToken(cookie)).toBeUndefined();
    expect(log).toContainEqual(expect.objectContaining({ audit: 'session.ended', reason: 'provider' }));
  });

  it('is shared by all concurrent requests', async () => {
    let renewed = 0;
    const { sessions, renewals } = alone(async () => ({ scopes: [`${(renewed += 1)}`], forMs: 60_000 }));
    const { id, cookie, session } = await due(sessions);
    const all = await Promise.all([1, 2, 3].map(() => renewals.renew(aContext(), id, session, cookie)));
    expect([renewed, ...all.map((one) => one!.scopes![0])]).toEqual([1, '1', '1', '1']);
  });
});

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;

onRedis('renewals by two gateways', () => {
  const { url, stop } = server as { url: string; stop(): Promise<void> };
  const connections = redisConnections();
  const used: string[] = [];
  const gatewayOf = async (renewer: (renewal: Renewal) => Promise<{ forMs: number }>) => {
    const redis = await connections.connected(url);
    const { sessions } = sessionsOf(new SessionStoreRedis(redis));
    const renewals = new Renewals(sessions, redis, new DetachedWork());
    renewals.register('spec', renewer);
    return { sessions, renewals, redis };
  };
  /** Uses the secret, and returns the next. */
  const uses = async ({ secret, claim, keep }: Renewal) => {
    await claim();
    used.push(secret!);
    await keep(`${secret} again`);
    return { forMs: 60_000 };
  };

  beforeAll(() => void used.splice(0));
  afterAll(async () => {
    await connections.close();
    await stop();
  });

  it('use a secret once, even if one was paused until its lock expired', async () => {
    let resume = () => {};
    const isPaused = new Promise<void>((paused) => {
      resume = paused;
    });
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const one = await gatewayOf(async (renewal) => {
      begun();
      await isPaused;
      return uses(renewal);
    });
    const other = await gatewayOf(uses);
    const { id, cookie, session, secret } = await due(one.sessions);
    const late = one.renewals.renew(aContext(), id, session, cookie);
    await hasBegun;
    // As if the process was paused for longer than the lock lasts.
    await one.redis.del(`atrium:renewal:${id}`);
    const renewed = await other.renewals.renew(aContext(), id, session, cookie);
    resume();
    expect((await late)!.renewAt).toBe(renewed!.renewAt);
    expect([used, await secret()]).toEqual([['first'], 'first again']);
  });

  it('use a secret once, even if one loses its lock while it uses it', async () => {
    used.splice(0);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const one = await gatewayOf(async ({ secret, claim, keep }) => {
      await claim();
      used.push(secret!);
      await released;
      await keep(`${secret} again`);
      return { forMs: 60_000 };
    });
    const other = await gatewayOf(uses);
    const { id, cookie, session, secret } = await due(one.sessions);
    const first = one.renewals.renew(aContext(), id, session, cookie);
    await eventually(() => used.length);
    // As if Redis had failed over, or the process had been paused for longer than the lock lasts.
    await one.redis.del(`atrium:renewal:${id}`);
    let reads = 0;
    const { sessions } = other;
    const withToken = sessions.withToken.bind(sessions);
    sessions.withToken = (token) => ((reads += 1), withToken(token));
    const second = other.renewals.renew(aContext(), id, session, cookie);
    // The first read finds the secret in use; the others wait for its end.
    await eventually(() => reads >= 3 || used.length !== 1);
    release();
    expect((await second)!.renewAt).toBe((await first)!.renewAt);
    expect([used, await secret()]).toEqual([['first'], 'first again']);
    expect((await one.sessions.withToken(cookie))!.session.claimedUntil).toBe(0);
  });

  it('use a secret after all once its use by a gateway that is gone is long over', async () => {
    used.splice(0);
    const other = await gatewayOf(uses);
    const { id, cookie, session, secret } = await due(other.sessions);
    await other.sessions.change(id, { renewals: 1, claimedUntil: Date.now() - 1 });
    await other.renewals.renew(aContext(), id, session, cookie);
    expect([used, await secret()]).toEqual([['first'], 'first again']);
  });

  it('wait for each other, however long one takes', async () => {
    used.splice(0);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const one = await gatewayOf(async (renewal) => {
      const result = await uses(renewal);
      await released;
      return result;
    });
    const other = await gatewayOf(uses);
    const { id, cookie, session } = await due(one.sessions);
    const first = one.renewals.renew(aContext(), id, session, cookie);
    await eventually(() => used.length);
    const second = other.renewals.renew(aContext(), id, session, cookie);
    release();
    expect((await second)!.renewAt).toBe((await first)!.renewAt);
    expect(used).toEqual(['first']);
  });
});
