import { IdentityProvider } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteKeys } from './remote-keys.ts';

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;

describe('the keys of an outside issuer', () => {
  let provider: IdentityProvider;
  let keys: RemoteKeys;
  let now: number;
  let failures: unknown[];

  beforeEach(async () => {
    [now, failures] = [0, []];
    provider = await IdentityProvider.open();
    keys = new RemoteKeys(
      () => provider.settings.jwksUrl,
      (error) => void failures.push(error),
      () => now,
    );
  });
  afterEach(() => provider.close().catch(() => {}));

  const current = () => kidOf(provider.accessToken());

  it('are asked for once, however many need them at the same moment', async () => {
    const found = await Promise.all(Array.from({ length: 50 }, async () => keys.withId(current())));
    expect(found.every((key) => key?.algorithm === 'RS256')).toBe(true);
    expect(provider.asked.keys).toBe(1);
  });

  it('that are known are there at once, without a promise', async () => {
    await keys.withId(current());
    expect(keys.withId(current())).not.toBeInstanceOf(Promise);
  });

  it('that nobody has are asked for once in thirty seconds, whatever is sent', async () => {
    await keys.withId(current());
    now = 30_000;
    for (let i = 0; i < 1_000; i += 1) expect(await keys.withId(`unknown-${i}`)).toBeUndefined();
    expect(provider.asked.keys).toBe(2);
    now = 60_000;
    await keys.withId('unknown');
    expect(provider.asked.keys).toBe(3);
  });

  it('are found after a rotation, the old one with them', async () => {
    const old = current();
    await keys.withId(old);
    provider.rotate();
    now = 30_000;
    expect(await keys.withId(current())).toBeDefined();
    expect(await keys.withId(old)).toBeDefined();
  });

  it('that are shown no more are taken for a quarter of an hour', async () => {
    const old = current();
    await keys.withId(old);
    provider.rotate({ shows: false });
    now = 30_000;
    await keys.withId(current());
    expect(await keys.withId(old)).toBeDefined();
    now = 30_000 + 900_000;
    expect(await keys.withId(old)).toBeUndefined();
  });

  it('stay while it is down or answers badly, for days', async () => {
    const known = current();
    await keys.withId(known);
    provider.failure = 503;
    for (now = 700_000; now < 4 * 86_400_000; now += 43_200_000) expect(await keys.withId(known)).toBeDefined();
    expect(await keys.withId('unknown')).toBeUndefined();
    await provider.close();
    now += 31_000;
    expect(await keys.withId('unknown')).toBeUndefined();
    expect(await keys.withId(known)).toBeDefined();
    expect(failures.length).toBeGreaterThan(1);
  });
});
