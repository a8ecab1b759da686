import { describe, expect, it } from '@jest/globals';
import { aContext } from '#libs/testing';
import { check } from '#libs/view';
import { anAccountDesk } from './account.fixture.ts';
import { RegisterInput } from './register.ts';

const grace = { name: 'Grace', email: 'grace@example.com', password: 'nanosecond-wire' };

describe('registering', () => {
  it('makes a customer who can log in', async () => {
    const { register, login } = await anAccountDesk();
    expect(await register.run(aContext(), grace)).toMatchObject({
      name: 'Grace',
      role: 'customer',
      avatarUrl: null,
    });
    expect(await login.run(aContext(), grace)).toHaveProperty('accessToken');
  });

  it.each(['ada@example.com', 'ADA@example.com'])('conflicts where %s is taken', async (email) => {
    const { register } = await anAccountDesk();
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
