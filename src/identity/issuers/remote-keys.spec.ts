import { anIssuerKey, type IssuerKey, TokenIssuer } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type KeyHint, RemoteKeys } from './remote-keys.ts';

const hintOf = ({ alg, published }: IssuerKey): KeyHint => ({ alg, kid: published['kid'] });
const unnamed = { alg: 'ES256' };

describe('the keys of an outside issuer', () => {
  let issuer: TokenIssuer;
  let keys: RemoteKeys;
  let now: number;
  let failures: unknown[];

  beforeEach(async () => {
    [now, failures] = [0, []];
    issuer = await TokenIssuer.open();
    keys = new RemoteKeys(
      issuer.settings.jwksUrl,
      (error) => void failures.push(error),
      undefined,
      () => now,
    );
  });
  afterEach(() => issuer.close().catch(() => {}));

  const current = () => hintOf(issuer.keys[0]!);
  const rotate = ({ isPublished = true } = {}) =>
    void (issuer.keys = [anIssuerKey(), ...(isPublished ? issuer.keys : [])]);
  /** How many keys fit, after a fetch if none is known. */
  async function found(hint: KeyHint): Promise<number> {
    if (!keys.has(hint)) await keys.refreshFor(hint);
    return keys.fitting(hint).length;
  }

  it('are fetched once for all concurrent requests', async () => {
    await Promise.all(Array.from({ length: 50 }, () => keys.refreshFor(current())));
    expect(keys.fitting(current())).toMatchObject([{ asymmetricKeyType: 'ec' }]);
    expect(issuer.requests.keys).toBe(1);
  });

  it('are found beside entries that are no keys', async () => {
    issuer.notKeys = [null, 'key', 1, []];
    expect(await found(current())).toBe(1);
  });

  it('are found at once after a rotation, even right after a request for an unknown key', async () => {
    const old = current();
    await found(old);
    expect(await found({ ...unnamed, kid: 'nobody has it' })).toBe(0);
    rotate();
    expect([await found(current()), await found(old)]).toEqual([1, 1]);
  });

  it('are not fetched again for an id that was unknown a moment ago', async () => {
    for (let i = 0; i < 100; i += 1) expect(await found({ ...unnamed, kid: 'unknown' })).toBe(0);
    expect(issuer.requests.keys).toBe(1);
    now = 5_000;
    await found({ ...unnamed, kid: 'unknown' });
    expect(issuer.requests.keys).toBe(2);
  });

  it('are fetched at most ten times in a row for invented ids, and once in ten seconds from then on', async () => {
    let refused = 0;
    for (let i = 0; i < 1_000; i += 1) {
      await keys.refreshFor({ ...unnamed, kid: `unknown-${i}` }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'OVERLOADED', source: 'issuers', headers: { 'retry-after': '10' } });
        refused += 1;
      });
    }
    expect([issuer.requests.keys, refused]).toEqual([10, 990]);
    rotate();
    now = 10_000;
    expect(await found(current())).toBe(1);
  });

  it('that are no longer published are accepted for 15 minutes', async () => {
    const old = current();
    await found(old);
    rotate({ isPublished: false });
    now = 1;
    await found(current());
    expect(await found(old)).toBe(1);
    now = 900_000;
    expect(await found(old)).toBe(0);
  });

  it('stay valid while it is down or responds with errors, for days', async () => {
    const known = current();
    await found(known);
    issuer.failure = 503;
    for (now = 700_000; now < 4 * 86_400_000; now += 43_200_000) expect(await found(known)).toBe(1);
    await expect(keys.refreshFor({ ...unnamed, kid: 'unknown' })).rejects.toMatchObject({ code: 'OVERLOADED' });
    await issuer.close();
    now += 31_000;
    await expect(keys.refreshFor({ ...unnamed, kid: 'unknown' })).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await found(known)).toBe(1);
    expect(failures.length).toBeGreaterThan(1);
  });

  it.each([503, 404, 200])('are fetched again a second after a response %i without keys', async (status) => {
    issuer.failure = status;
    await expect(keys.refreshFor(current())).rejects.toMatchObject({
      code: 'OVERLOADED',
      headers: { 'retry-after': '1' },
    });
    issuer.failure = undefined;
    now = 999;
    await expect(keys.refreshFor(current())).rejects.toMatchObject({ code: 'OVERLOADED' });
    now = 1_000;
    expect(await found(current())).toBe(1);
  });

  it('are refreshed in the background when they are ten minutes old', async () => {
    await found(current());
    now = 600_001;
    keys.fitting(current());
    keys.fitting(current());
    await keys.refreshFor({ ...unnamed, kid: 'joins the fetch' });
    expect(issuer.requests.keys).toBe(2);
  });

  it('need no id: the one of the right type is used', async () => {
    issuer.keys = [anIssuerKey({}, 'RS256'), anIssuerKey({}), anIssuerKey({ use: 'enc' })];
    expect([await found(unnamed), await found({ alg: 'RS256' })]).toEqual([1, 1]);
    expect(keys.fitting({ alg: 'RS256' })[0]).toMatchObject({ asymmetricKeyType: 'rsa' });
    // A token may name a key that is published without an id.
    expect(keys.fitting({ alg: 'RS256', kid: 'unpublished' })).toHaveLength(1);
  });

  it('without ids are fetched again for another token, and not for the same one', async () => {
    issuer.keys = [anIssuerKey({})];
    for (let i = 0; i < 10; i += 1) await keys.refreshFor(unnamed, 'of a forged token');
    expect(issuer.requests.keys).toBe(1);
    issuer.keys = [anIssuerKey({}), ...issuer.keys];
    await keys.refreshFor(unnamed, 'of a token with the new key');
    expect(keys.fitting(unnamed)).toHaveLength(2);
  });

  it('may share an id if their types differ (RFC 7517, section 4.5)', async () => {
    issuer.keys = [anIssuerKey({ kid: 'same' }, 'RS256'), anIssuerKey({ kid: 'same' })];
    await found({ alg: 'ES256', kid: 'same' });
    expect(keys.fitting({ alg: 'ES256', kid: 'same' })).toMatchObject([{ asymmetricKeyType: 'ec' }]);
    expect(keys.fitting({ alg: 'RS256', kid: 'same' })).toMatchObject([{ asymmetricKeyType: 'rsa' }]);
  });

  it.each([
    ['for encryption', { use: 'enc' }],
    ['that only sign', { key_ops: ['sign'] }],
    ['for another algorithm', { alg: 'ES512' }],
  ])('are refused %s', async (_, published) => {
    issuer.keys = [anIssuerKey({ kid: 'k', ...published })];
    expect(await found({ alg: 'ES256', kid: 'k' })).toBe(0);
  });

  it('are tried, up to eight, for a token without kid', async () => {
    issuer.keys = Array.from({ length: 9 }, () => anIssuerKey({}, 'ES256'));
    expect(await found({ alg: 'ES256' })).toBe(8);
  });
});
