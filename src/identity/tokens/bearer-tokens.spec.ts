import { bearersWith } from '#gateway/identity/issuers/issuers.fixture';
import { TokenIssuer } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

let issuer: TokenIssuer;
beforeAll(async () => void (issuer = await TokenIssuer.open()));
afterAll(() => issuer.close());
afterEach(() => void jest.useRealTimers());

describe('a bearer token', () => {
  it('of an outside issuer is checked once, and then taken at once until it expires', async () => {
    const { bearers } = await bearersWith(issuer.settings);
    const token = issuer.token({});
    const first = bearers.callerOf(`Bearer ${token}`);
    expect(first).toBeInstanceOf(Promise);
    const caller = (await first)!;
    expect(caller).toMatchObject({ id: 'u1', expiresAt: expect.any(Number) });
    expect(bearers.callerOf(`bearer ${token}`)).toBe(caller);
    expect(bearers.callerOf(`Bearer   ${token}`)).toBe(caller);
    jest.useFakeTimers({ now: caller.expiresAt! });
    expect(await bearers.callerOf(`Bearer ${token}`)).toBeUndefined();
  });

  it('says when it expires, 30 seconds late for clocks that differ, so that streams end with it', async () => {
    const { bearers } = await bearersWith(issuer.settings);
    const exp = Math.floor(Date.now() / 1000) + 300;
    expect(await bearers.callerOf(`Bearer ${issuer.token({ exp })}`)).toMatchObject({
      expiresAt: (exp + 30) * 1_000,
    });
  });

  it.each(['Basic dTE6cA==', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearera', 'Bearer ä', 'DPoP a.b.c'])(
    'is none in %p, and nobody is asked',
    async (authorization) => {
      const { bearers } = await bearersWith(issuer.settings);
      expect(bearers.callerOf(authorization)).toBeUndefined();
    },
  );

  it('of more than 8192 characters is refused, also where an issuer offers introspection', async () => {
    const { bearers } = await bearersWith({ ...issuer.settings, introspection: issuer.introspection });
    expect(bearers.verified('x'.repeat(8_193))).toBeUndefined();
    const answer = bearers.verified('x'.repeat(8_192));
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBeUndefined();
  });
});
