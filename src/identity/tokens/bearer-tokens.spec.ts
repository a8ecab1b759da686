import { bearersWith } from '#gateway/identity/issuers/issuers.fixture';
import { orOverloaded } from '#gateway/identity/sessions/or-overloaded';
import { newHandle, newToken, parseToken } from '#gateway/identity/sessions/secrets';
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

  it('that has the form of a refresh token is shown to an issuer only where no session has it', async () => {
    const { bearers, sessions } = await bearersWith({ ...issuer.settings, introspection: issuer.introspection });
    const [ours, alike] = [newToken(newHandle()), newToken(newHandle())];
    const { sessionId, hash } = parseToken(ours)!;
    const times = { createdAt: Date.now(), usedAt: Date.now(), endsAt: Date.now() + 60_000 };
    const client = { userAgent: 'spec', address: '127.0.0.1' };
    await sessions.create(sessionId, { userId: 'u1', kind: 'app', current: hash, ...times, ...client }, 50);
    const { introspection: before } = issuer.requests;
    expect(await bearers.verified(ours)).toBeUndefined();
    expect(issuer.requests.introspection).toBe(before);
    expect(await bearers.verified(issuer.opaqueToken({}, alike))).toMatchObject({ caller: { id: 'u1' } });
    await sessions.end(sessionId);
    expect(await bearers.verified(ours)).toBeUndefined();
    expect(issuer.requests.introspection).toBe(before + 2);
  });

  it('that has that form is not checked while the sessions cannot be reached', async () => {
    const { bearers, sessions } = await bearersWith({ ...issuer.settings, introspection: issuer.introspection });
    sessions.get = () => orOverloaded(() => Promise.reject(new Error('Redis is down')));
    const { introspection: before } = issuer.requests;
    await expect(bearers.verified(newToken(newHandle()))).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(issuer.requests.introspection).toBe(before);
  });
});
