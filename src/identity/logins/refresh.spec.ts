import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { aContext, failing } from '#libs/testing';
import { check } from '#libs/view';
import { aLoginDesk } from './logins.fixture.ts';
import { ChangePasswordInput } from './change-password.ts';

const refused = { code: 'UNAUTHENTICATED', headers: { 'www-authenticate': 'Bearer' } };

/** Moves only the wall clock: timers and promises continue. */
const moveWallClock = (to: number) => void jest.spyOn(Date, 'now').mockReturnValue(to);

describe('refreshing', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('returns a new pair of the same session', async () => {
    const { login, refresh, callerOf, ada, adaId } = aLoginDesk();
    const first = await login.run(aContext(), ada);
    const second = await refresh.run(aContext(), first);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(callerOf(second.accessToken)).toEqual(callerOf(first.accessToken));
    expect(callerOf(second.accessToken)).toMatchObject({ id: adaId });
    expect(await refresh.run(aContext(), second)).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
  });

  it('returns the same successor again for ten seconds, to a client that lost the response', async () => {
    moveWallClock(1_800_000_000_000);
    const { login, refresh, ada } = aLoginDesk();
    const tokens = await login.run(aContext(), ada);
    const tries = await Promise.all([1, 2, 3].map(() => refresh.run(aContext(), tokens)));
    expect(new Set(tries.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    moveWallClock(1_800_000_009_999);
    expect((await refresh.run(aContext(), tokens)).refreshToken).toBe(tries[0]!.refreshToken);
  });

  it('ends the session, with an audit event, if a token is reused after that', async () => {
    moveWallClock(1_800_000_000_000);
    const { login, refresh, callerOf, ada, log } = aLoginDesk();
    const stolen = await login.run(aContext(), ada);
    const next = await refresh.run(aContext(), stolen);
    moveWallClock(1_800_000_010_000);
    await expect(refresh.run(aContext(), stolen)).rejects.toMatchObject(refused);
    await expect(refresh.run(aContext(), next)).rejects.toMatchObject(refused);
    expect(log).toContainEqual(expect.objectContaining({ audit: 'refresh.reused', requestId: 'r1' }));
    expect(callerOf(next.accessToken)).toBeDefined();
  });

  it('does not use the token up while the users service is down', async () => {
    const { login, refresh, accounts, ada } = aLoginDesk();
    const tokens = await login.run(aContext(), ada);
    const byId = accounts.byId.bind(accounts);
    Object.assign(accounts, { byId: failing() });
    await expect(refresh.run(aContext(), tokens)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    Object.assign(accounts, { byId });
    expect(await refresh.run(aContext(), tokens)).toHaveProperty('accessToken');
  });

  it('is refused after the account was deleted', async () => {
    const { login, refresh, accounts, ada } = aLoginDesk();
    const tokens = await login.run(aContext(), ada);
    Object.assign(accounts, { byId: async () => undefined });
    await expect(refresh.run(aContext(), tokens)).rejects.toMatchObject(refused);
  });

  it.each(['', 'never issued', '__proto__'])('is refused for %p', async (refreshToken) => {
    const { refresh } = aLoginDesk();
    await expect(refresh.run(aContext(), { refreshToken })).rejects.toMatchObject(refused);
  });
});

describe('guessing at refresh tokens', () => {
  const guessed = (n: number) => ({ refreshToken: `${n}`.padStart(65, 'x') });

  it('is delayed by address, at refresh and logout alike, without affecting valid tokens from there', async () => {
    const { login, refresh, logout, ada } = aLoginDesk();
    const tokens = await login.run(aContext(), ada);
    for (let i = 0; i < 25; i += 1) {
      await expect(refresh.run(aContext(), guessed(i))).rejects.toMatchObject(refused);
      expect(await logout.run(aContext(), guessed(i))).toEqual({ ok: true });
    }
    await expect(refresh.run(aContext(), guessed(50))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(logout.run(aContext(), guessed(50))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const next = await refresh.run(aContext(), tokens);
    expect(await logout.run(aContext(), next)).toEqual({ ok: true });
    await expect(refresh.run(aContext(), next)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('does not include sixty clients behind one address that refresh at once', async () => {
    const { login, refresh, accounts, ada } = aLoginDesk();
    const eve = { email: 'eve@example.com', password: 'a very long phrase' };
    accounts.add(eve.email, eve.password, []);
    const all = [];
    for (let i = 0; i < 60; i += 1) all.push(await login.run(aContext(), i % 2 ? ada : eve));
    const answers = await Promise.all(all.map((tokens) => refresh.run(aContext(), tokens)));
    expect(answers.filter(({ accessToken }) => accessToken)).toHaveLength(60);
  });
});

describe('logging out', () => {
  it('ends the refresh token, and responds the same again', async () => {
    const { login, refresh, logout, ada } = aLoginDesk();
    const tokens = await login.run(aContext(), ada);
    expect(await logout.run(aContext(), tokens)).toEqual({ ok: true });
    await expect(refresh.run(aContext(), tokens)).rejects.toMatchObject(refused);
    expect(await logout.run(aContext(), tokens)).toEqual({ ok: true });
  });

  it('ends no other session', async () => {
    const { login, refresh, logout, ada } = aLoginDesk();
    const [here, there] = [await login.run(aContext(), ada), await login.run(aContext(), ada)];
    await logout.run(aContext(), here);
    expect(await refresh.run(aContext(), there)).toHaveProperty('accessToken');
  });
});

describe('sessions', () => {
  it('are listed with the current one marked, and can be ended one by one', async () => {
    const { login, listSessions, endSession, refresh, as, ada } = aLoginDesk();
    const [here, there] = [await login.run(aContext(), ada), await login.run(aContext(), ada)];
    const mine = as(here.accessToken);
    const { items } = await listSessions.run(mine, { first: 50 });
    expect(items.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true]);
    const other = items.find(({ isCurrent }) => !isCurrent)!;
    await endSession.run(mine, other.id);
    await expect(endSession.run(mine, other.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(refresh.run(aContext(), there)).rejects.toMatchObject(refused);
    expect((await listSessions.run(mine, { first: 50 })).items.map(({ id }) => id)).toEqual([
      mine.caller.sessionId,
    ]);
  });

  it('of another user are not found', async () => {
    const { login, accounts, endSession, refresh, as, ada } = aLoginDesk();
    const eve = { email: 'eve@example.com', password: 'a very long phrase' };
    accounts.add(eve.email, eve.password, []);
    const [hers, evil] = [await login.run(aContext(), ada), await login.run(aContext(), eve)];
    const id = as(hers.accessToken).caller.sessionId!;
    await expect(endSession.run(as(evil.accessToken), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await refresh.run(aContext(), hers)).toHaveProperty('accessToken');
  });

  it('end together when the user logs out everywhere', async () => {
    const { login, logoutAll, refresh, as, ada } = aLoginDesk();
    const [here, there] = [await login.run(aContext(), ada), await login.run(aContext(), ada)];
    await logoutAll.run(as(here.accessToken));
    for (const tokens of [here, there])
      await expect(refresh.run(aContext(), tokens)).rejects.toMatchObject(refused);
  });
});

describe('changing a password', () => {
  const next = 'difference and analysis';

  it('ends the other sessions, and accepts only the new one', async () => {
    const { login, changePassword, refresh, as, ada } = aLoginDesk();
    const [here, there] = [await login.run(aContext(), ada), await login.run(aContext(), ada)];
    await changePassword.run(as(here.accessToken), { currentPassword: ada.password, newPassword: next });
    await expect(refresh.run(aContext(), there)).rejects.toMatchObject(refused);
    expect(await refresh.run(aContext(), here)).toHaveProperty('accessToken');
    await expect(login.run(aContext(), ada)).rejects.toMatchObject(refused);
    expect(await login.run(aContext(), { ...ada, password: next })).toHaveProperty('accessToken');
  });

  it('needs the current one, and is delayed after wrong guesses', async () => {
    const { login, changePassword, as, ada } = aLoginDesk();
    const mine = as((await login.run(aContext(), ada)).accessToken);
    for (let i = 0; i < 5; i += 1) {
      await expect(
        changePassword.run(mine, { currentPassword: 'wrong', newPassword: next }),
      ).rejects.toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'currentPassword' }] });
    }
    await expect(
      changePassword.run(mine, { currentPassword: ada.password, newPassword: next }),
    ).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it.each(['short', 'difference '.repeat(12), 'Password123!', 'qwertyuiop'])('refuses %p', (newPassword) => {
    expect(() => check(ChangePasswordInput.schema, { currentPassword: 'x', newPassword })).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        errors: [expect.objectContaining({ field: 'newPassword' })],
      }),
    );
  });
});
