import { describe, expect, it } from '@jest/globals';
import { aContext, failing } from '#libs/testing';
import { anAccountDesk } from './account.fixture.ts';

const refused = { code: 'UNAUTHENTICATED', headers: { 'www-authenticate': 'Bearer' } };

describe('refreshing', () => {
  it('gives a new pair and ends the old token', async () => {
    const { login, refresh, accessTokens, ada, adaId } = await anAccountDesk();
    const first = await login.run(aContext(), ada);
    const second = await refresh.run(aContext(), first);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(accessTokens.verify(`Bearer ${second.accessToken}`)).toMatchObject({ id: adaId });
    await expect(refresh.run(aContext(), first)).rejects.toMatchObject(refused);
    expect(await refresh.run(aContext(), second)).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
  });

  it('is won by one of two who try at once', async () => {
    const { login, refresh, ada } = await anAccountDesk();
    const tokens = await login.run(aContext(), ada);
    const tries = await Promise.allSettled([refresh.run(aContext(), tokens), refresh.run(aContext(), tokens)]);
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: refused });
  });

  it('leaves the token alone while users are down', async () => {
    const { login, refresh, users, ada } = await anAccountDesk();
    const tokens = await login.run(aContext(), ada);
    const byIds = users.byIds.bind(users);
    Object.assign(users, { byIds: failing() });
    await expect(refresh.run(aContext(), tokens)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    Object.assign(users, { byIds });
    expect(await refresh.run(aContext(), tokens)).toHaveProperty('accessToken');
  });

  it('is refused once the account is gone', async () => {
    const { login, refresh, users, ada } = await anAccountDesk();
    const tokens = await login.run(aContext(), ada);
    Object.assign(users, { byIds: async () => [] });
    await expect(refresh.run(aContext(), tokens)).rejects.toMatchObject(refused);
  });

  it.each(['', 'never issued', '__proto__'])('is refused for %p', async (refreshToken) => {
    const { refresh } = await anAccountDesk();
    await expect(refresh.run(aContext(), { refreshToken })).rejects.toMatchObject(refused);
  });
});

describe('logging out', () => {
  it('ends the refresh token, and says the same again', async () => {
    const { login, refresh, logout, ada } = await anAccountDesk();
    const tokens = await login.run(aContext(), ada);
    expect(logout.run(tokens)).toEqual({ ok: true });
    await expect(refresh.run(aContext(), tokens)).rejects.toMatchObject(refused);
    expect(logout.run(tokens)).toEqual({ ok: true });
  });

  it('ends no other session', async () => {
    const { login, refresh, logout, ada } = await anAccountDesk();
    const [here, there] = [await login.run(aContext(), ada), await login.run(aContext(), ada)];
    logout.run(here);
    expect(await refresh.run(aContext(), there)).toHaveProperty('accessToken');
  });
});
