import { describe, expect, it } from '@jest/globals';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { aContext, aUser } from '#libs/testing';
import { check } from '#libs/view';
import { AccountsOfUsers } from './accounts-of-users.ts';
import { Register, RegisterInput } from './register.ts';

const grace = { name: 'Grace', email: 'grace@example.com', password: 'nanosecond-wire' };

function desk() {
  const users = new UsersFake([aUser({ id: 'u1', email: 'ada@example.com' })]);
  const { audit } = sessionsOf(new SessionStoreMemory());
  return { register: new Register(users, audit), accounts: new AccountsOfUsers(users), users };
}

describe('registering', () => {
  it('creates a customer who can log in', async () => {
    const { register, accounts } = desk();
    expect(await register.run(aContext(), grace)).toMatchObject({
      name: 'Grace',
      role: 'customer',
      avatarUrl: null,
    });
    expect(await accounts.withCredentials(aContext(), grace.email, grace.password)).toMatchObject({
      email: grace.email,
    });
  });

  it.each(['ada@example.com', 'ADA@example.com'])('conflicts where %s is taken', async (email) => {
    const { register } = desk();
    await expect(register.run(aContext(), { ...grace, email })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it.each([
    [{ email: 'grace' }, 'VALIDATION_FAILED', 'email'],
    [{ email: `${'g'.repeat(250)}@example.com` }, 'VALIDATION_FAILED', 'email'],
    [{ password: 'sevench' }, 'VALIDATION_FAILED', 'password'],
    [{ password: 'x'.repeat(129) }, 'VALIDATION_FAILED', 'password'],
    [{ name: '  ' }, 'VALIDATION_FAILED', 'name'],
    [{ name: null }, 'BAD_REQUEST', 'name'],
    [{ role: 'admin' }, 'BAD_REQUEST', 'role'],
  ])('is refused with %j: %s on %s', (given, code, field) => {
    expect(() => check(RegisterInput.schema, { ...grace, ...given })).toThrow(
      expect.objectContaining({ code, errors: expect.arrayContaining([expect.objectContaining({ field })]) }),
    );
  });
});
