import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { aContext, aUser, failing } from '#libs/testing';
import { check } from '#libs/view';
import { anAccountDesk } from './account.fixture.ts';
import { LoginInput } from './login.ts';

const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write'];

describe('logging in', () => {
  it('gives a pair of tokens', async () => {
    const { login, ada, accessTokens, adaId } = await anAccountDesk();
    const tokens = await login.run(aContext(), ada);
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    expect(tokens.refreshToken).toMatch(/^[\w-]{43}$/);
    expect(accessTokens.verify(`Bearer ${tokens.accessToken}`)).toEqual({ id: adaId, scopes: CUSTOMER });
  });

  it('tells nobody whether the address or the password was wrong', async () => {
    const { login, ada } = await anAccountDesk();
    const refusal = (given: object) =>
      login.run(aContext(), { ...ada, ...given }).then(
        () => undefined,
        ({ code, detail, errors, headers }: GatewayError) => ({ code, detail, errors, headers }),
      );
    const wrongPassword = await refusal({ password: 'difference-engine' });
    expect(wrongPassword).toMatchObject({ code: 'UNAUTHENTICATED', headers: { 'www-authenticate': 'Bearer' } });
    expect(await refusal({ email: 'eve@example.com' })).toEqual(wrongPassword);
    expect(await refusal({ email: 'not an address' })).toEqual(wrongPassword);
    expect(await refusal({ email: '', password: '' })).toEqual(wrongPassword);
  });

  it('fails while users are down', async () => {
    const { login, users, ada } = await anAccountDesk();
    Object.assign(users, { withCredentials: failing() });
    await expect(login.run(aContext(), ada)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it.each([
    [{ email: 'ada@example.com' }, 'BAD_REQUEST', 'password'],
    [{ email: 'ada@example.com', password: 7 }, 'BAD_REQUEST', 'password'],
    [{ email: 'ada@example.com', password: 'x'.repeat(129) }, 'VALIDATION_FAILED', 'password'],
    [{ email: 'x'.repeat(255), password: 'x' }, 'VALIDATION_FAILED', 'email'],
    [{ email: 'ada@example.com', password: 'x', admin: true }, 'BAD_REQUEST', 'admin'],
  ])('is refused for %j: %s on %s', (given, code, field) => {
    expect(() => check(LoginInput.schema, given)).toThrow(
      expect.objectContaining({ code, errors: [expect.objectContaining({ field })] }),
    );
  });
});

describe('a session', () => {
  it.each([
    ['customer', CUSTOMER],
    ['admin', [...CUSTOMER, 'admin']],
  ] as const)('of a %s may do what the role may', async (role, scopes) => {
    const { session, accessTokens } = await anAccountDesk();
    const { accessToken } = session.open(aUser({ role }));
    expect(accessTokens.verify(`Bearer ${accessToken}`)).toEqual({ id: 'u1', scopes });
  });
});
