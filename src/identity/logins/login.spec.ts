import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { aContext, failing } from '#libs/testing';
import { check } from '#libs/view';
import { aLoginDesk } from './logins.fixture.ts';
import { LoginInput } from './check-credentials.ts';

const from = (address: string) => aContext({ client: { address, userAgent: '' } });
const UNKNOWN = { code: 'UNAUTHENTICATED' };
const SLOWED = { code: 'RATE_LIMITED' };

describe('logging in', () => {
  it('returns a pair of tokens', async () => {
    const { login, ada, callerOf, adaId } = aLoginDesk();
    const tokens = await login.run(aContext(), ada);
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    expect(tokens.refreshToken).toMatch(/^[\w-]{65}$/);
    expect(callerOf(tokens.accessToken)).toMatchObject({
      id: adaId,
      scopes: ['profile:read', 'profile:write'],
      sessionId: expect.any(String),
    });
  });

  it('does not reveal whether the address or the password was wrong', async () => {
    const { login, ada } = aLoginDesk();
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

  it('fails while the users service is down', async () => {
    const { login, accounts, ada } = aLoginDesk();
    Object.assign(accounts, { withCredentials: failing() });
    await expect(login.run(aContext(), ada)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is delayed after five wrong passwords from one address, whatever is tried next', async () => {
    const { login, ada, log } = aLoginDesk();
    for (let i = 0; i < 5; i += 1) {
      await expect(login.run(aContext(), { ...ada, password: 'wrong' })).rejects.toMatchObject(UNKNOWN);
    }
    await expect(login.run(aContext(), ada)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      headers: { 'retry-after': '1' },
    });
    await expect(login.run(aContext(), { ...ada, email: 'ADA@example.com ' })).rejects.toMatchObject(SLOWED);
    await expect(login.run(aContext(), { ...ada, email: 'grace@example.com' })).rejects.toMatchObject(UNKNOWN);
    const written = log.map(({ audit }) => audit);
    expect(written.filter((audit) => audit === 'login.failed')).toHaveLength(6);
    expect(written.filter((audit) => audit === 'login.delayed')).toHaveLength(2);
  });

  it('is not delayed for a caller with another session of the account', async () => {
    const { login, ada, as } = aLoginDesk();
    const { accessToken } = await login.run(aContext(), ada);
    for (let i = 0; i < 5; i += 1) await login.run(aContext(), { ...ada, password: 'wrong' }).catch(() => {});
    await expect(login.run(aContext(), ada)).rejects.toMatchObject(SLOWED);
    expect(await login.run(as(accessToken), ada)).toHaveProperty('accessToken');
  });

  it('is not delayed at another address, with thirty guesses an hour from all addresses', async () => {
    const { login, accounts, ada, log } = aLoginDesk();
    let checks = 0;
    const withCredentials = accounts.withCredentials.bind(accounts);
    Object.assign(accounts, {
      withCredentials: (...given: Parameters<typeof withCredentials>) => (
        (checks += 1),
        withCredentials(...given)
      ),
    });
    for (let i = 0; i < 6; i += 1) {
      expect(await login.run(from('198.51.100.1'), ada)).toHaveProperty('accessToken');
      for (let n = 0; n < 5; n += 1) {
        const guess = login.run(from(`203.0.113.${i}`), { ...ada, password: 'wrong' });
        await expect(guess).rejects.toMatchObject(UNKNOWN);
      }
    }
    expect(checks).toBe(36);
    const refused = login.run(from('198.51.100.1'), ada);
    await expect(refused).rejects.toMatchObject({
      ...SLOWED,
      headers: { 'retry-after': expect.stringMatching(/^3(600|59\d)$/) },
    });
    expect(checks).toBe(36);
    expect(log.at(-1)).toMatchObject({ audit: 'login.delayed', reason: 'strangers' });
  });

  it('responds the same for an unknown account: failures, refusals and their order', async () => {
    const { login, ada } = aLoginDesk();
    const answers = async (email: string) => {
      const codes: string[] = [];
      for (let i = 0; i < 40; i += 1) {
        const guess = login.run(from(`203.0.113.${i % 8}`), { email, password: 'wrong' });
        codes.push(
          await guess.then(
            () => 'ok',
            ({ code, detail, headers }: GatewayError) => `${code} ${detail} ${Object.keys(headers).join()}`,
          ),
        );
      }
      return codes;
    };
    const known = await answers(ada.email);
    expect(known.filter((code) => code.startsWith('UNAUTHENTICATED'))).toHaveLength(30);
    expect(await answers('eve@example.com')).toEqual(known);
  });

  it('is not delayed by the right password, nor by an outage of the users service', async () => {
    const { login, accounts, ada } = aLoginDesk();
    const { withCredentials } = accounts;
    Object.assign(accounts, { withCredentials: failing() });
    for (let i = 0; i < 10; i += 1) await login.run(aContext(), ada).catch(() => {});
    Object.assign(accounts, { withCredentials });
    for (let i = 0; i < 10; i += 1) expect(await login.run(aContext(), ada)).toHaveProperty('accessToken');
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
