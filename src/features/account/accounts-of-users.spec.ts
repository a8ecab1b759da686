import { describe, expect, it } from '@jest/globals';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { aContext, aUser } from '#libs/testing';
import { AccountsOfUsers } from './accounts-of-users.ts';

const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write', 'reviews:write'];

describe('the accounts of the users service', () => {
  it.each([
    ['customer', CUSTOMER],
    ['admin', [...CUSTOMER, 'admin']],
  ] as const)('have the scopes of the role %s', async (role, scopes) => {
    const accounts = new AccountsOfUsers(new UsersFake([aUser({ id: 'u1', role })]));
    expect(await accounts.byId(aContext(), 'u1')).toMatchObject({ id: 'u1', scopes });
  });

  it('are undefined for an unknown user and for a wrong password', async () => {
    const users = new UsersFake();
    const accounts = new AccountsOfUsers(users);
    const ada = { name: 'Ada', email: 'ada@example.com', password: 'analytical-engine' };
    const { id } = await users.register(aContext(), ada);
    expect(await accounts.byId(aContext(), 'nobody')).toBeUndefined();
    expect(await accounts.withCredentials(aContext(), ada.email, 'wrong')).toBeUndefined();
    const own = aContext({ caller: { id, scopes: [] } });
    expect(await accounts.changePassword(own, id, 'wrong', 'the next one')).toBe(false);
    expect(await accounts.changePassword(own, id, ada.password, 'the next one')).toBe(true);
    expect(await accounts.withCredentials(aContext(), ada.email, 'the next one')).toMatchObject({ id });
  });
});
