import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { loadConfig } from '#gateway/config/config';
import { withIssuers } from '#gateway/identity/issuers/issuers.fixture';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { bearersOf } from '#gateway/identity/tokens/tokens.fixture';
import { aContext, TokenIssuer } from '#libs/testing';
import { DetachedWork } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BrowserSessions } from './browser-sessions.ts';
import { Renewals } from './renewals.ts';
import { type Loss, SessionWatch } from './session-watch.ts';

const keys = new KeySet(await SigningKey.make('ES256'));
const { bearers } = bearersOf(loadConfig({}), keys);

beforeEach(() => void jest.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void jest.useRealTimers());

/** A store that can be away. */
class Store extends SessionStoreMemory {
  isAway = false;
  reads = 0;

  override async get(id: string) {
    this.reads += 1;
    if (this.isAway) throw new Error('away');
    return super.get(id);
  }
}

/** A browser's session with two rights, which must be renewed in a minute, and what is open with it. */
async function watched() {
  const store = new Store();
  const { sessions, ends } = sessionsOf(store);
  const renewals = new Renewals(sessions, null, new DetachedWork());
  const granted = { scopes: ['a', 'b'], forMs: 60_000 };
  let renewed = 0;
  renewals.register('spec', async () => {
    renewed += 1;
    return granted;
  });
  const browsers = new BrowserSessions(sessions, ends, renewals);
  const { sessionId, token } = await browsers.open(aContext(), { userId: 'u1' }, 'spec', granted);
  const caller = (await browsers.callerOf(aContext(), token))!;
  const watch = new SessionWatch(browsers, bearers, ends);
  const losses: Loss[] = [];
  const open = () => watch.watch(aContext({ caller }), (loss) => void losses.push(loss));
  return { store, sessions, ends, sessionId, granted, watch, losses, open, renewals: () => renewed };
}

describe('the session of a browser that has something open', () => {
  it('is renewed when it is time, though no request comes', async () => {
    const { open, renewals, losses } = await watched();
    open();
    await jest.advanceTimersByTimeAsync(59_000);
    expect(renewals()).toBe(0);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(renewals()).toBe(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(renewals()).toBe(2);
    expect(losses).toEqual([]);
  });

  it('is looked at once for all that is open, and no more when all of it is closed', async () => {
    const { store, open } = await watched();
    const closes = [open(), open(), open()];
    store.reads = 0;
    await jest.advanceTimersByTimeAsync(0);
    expect(store.reads).toBe(1);
    for (const close of closes) close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends all of it where it gives less than before', async () => {
    const { open, granted, losses } = await watched();
    open();
    open();
    await jest.advanceTimersByTimeAsync(0);
    granted.scopes = ['a'];
    await jest.advanceTimersByTimeAsync(70_000);
    expect(losses.slice(0, 2)).toEqual(['rights', 'rights']);
  });

  it('ends nothing where it gives more', async () => {
    const { open, granted, losses } = await watched();
    open();
    granted.scopes = ['a', 'b', 'c'];
    await jest.advanceTimersByTimeAsync(70_000);
    expect(losses).toEqual([]);
  });

  it('ends all of it where it has lapsed in the store without a word', async () => {
    const { store, open, sessionId, losses } = await watched();
    open();
    await jest.advanceTimersByTimeAsync(0);
    await store.end(sessionId);
    await jest.advanceTimersByTimeAsync(70_000);
    expect(losses).toEqual(['expired']);
  });

  it('says nothing of an end that was published, which says why by itself', async () => {
    const { sessions, open, sessionId, losses } = await watched();
    open();
    await jest.advanceTimersByTimeAsync(0);
    await sessions.end(aContext(), sessionId, 'logout');
    await jest.advanceTimersByTimeAsync(70_000);
    expect(losses).toEqual([]);
  });

  it('ends nothing while the store is away, and is asked for again every 5 seconds', async () => {
    const { store, open, renewals, losses } = await watched();
    open();
    store.isAway = true;
    store.reads = 0;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(losses).toEqual([]);
    expect(store.reads).toBe(5);
    store.isAway = false;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(renewals()).toBe(1);
  });

  it('is not watched for a caller who came with a token', async () => {
    const { watch } = await watched();
    const before = jest.getTimerCount();
    watch.watch(aContext({ caller: { id: 'u1', scopes: [], sessionId: 's1' } }), () => {});
    expect(jest.getTimerCount()).toBe(before);
  });

  it('is watched no more when the gateway stops', async () => {
    const { watch, open } = await watched();
    open();
    watch.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('an opaque token with which something is open', () => {
  let issuer: TokenIssuer;
  beforeEach(async () => {
    jest.useRealTimers();
    issuer = await TokenIssuer.open();
  });
  afterEach(() => issuer.close());

  /** What is open with a token that is introspected at each use. */
  async function opened() {
    const settings = { ...issuer.settings, introspection: { ...issuer.introspection, cacheSeconds: 0 } };
    const config = withIssuers([settings]);
    const { bearers: tokens } = bearersOf(config, keys);
    const { sessions, ends } = sessionsOf(new SessionStoreMemory());
    const browsers = new BrowserSessions(sessions, ends, new Renewals(sessions, null, new DetachedWork()));
    const watch = new SessionWatch(browsers, tokens, ends);
    const token = issuer.opaqueToken();
    const caller = (await tokens.callerOf(`Bearer ${token}`))!;
    const loss = new Promise<Loss>((resolve) => void watch.watch(aContext({ caller }), resolve));
    return { token, loss, watch };
  }

  it('is introspected again: it ends all of it once it is revoked', async () => {
    const { token, loss, watch } = await opened();
    issuer.revoke(token);
    expect(await loss).toBe('expired');
    watch.onApplicationShutdown();
  });

  it('ends nothing while its issuer cannot be asked', async () => {
    const { loss, watch } = await opened();
    issuer.failure = 503;
    const before = issuer.requests.introspection;
    while (issuer.requests.introspection === before) await new Promise((next) => void setTimeout(next, 20));
    expect(await Promise.race([loss, new Promise((next) => void setTimeout(next, 100, 'open'))])).toBe('open');
    watch.onApplicationShutdown();
  });
});
