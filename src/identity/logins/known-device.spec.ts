import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { aContext } from '#libs/testing';
import { aLoginDesk } from './logins.fixture.ts';

const HERE = '198.51.100.1';
const from = (address: string) => aContext({ client: { address, userAgent: '' } });
const SLOWED = { code: 'RATE_LIMITED' };
const WRONG = { code: 'UNAUTHENTICATED' };

/** A browser that keeps the device cookie. */
function aDevice(value?: string) {
  const device = { value, set: (next: string) => void (device.value = next) };
  return device;
}

async function desk() {
  const opened = aLoginDesk();
  const { login, ada } = opened;
  const guess = (address: string, device?: ReturnType<typeof aDevice>) =>
    login.run(from(address), { ...ada, password: 'wrong' }, device);
  return {
    ...opened,
    guess,
    /** Exhausts the guesses of strangers. */
    async siege() {
      for (let i = 0; i < 50; i += 1) await guess(`203.0.113.${i}`).catch(() => {});
      for (let i = 0; i < 60; i += 1) {
        await login.run(from(HERE), { email: `${i}@example.com`, password: 'wrong' }).catch(() => {});
      }
      await expect(login.run(from(HERE), { email: 'x@example.com', password: 'wrong' })).rejects.toMatchObject(
        SLOWED,
      );
    },
  };
}

describe('a known device', () => {
  afterEach(() => void jest.useRealTimers());

  it('can log in after strangers have used up their guesses, from the same address too', async () => {
    const { login, ada, siege } = await desk();
    const device = aDevice();
    await login.run(from(HERE), ada, device);
    await siege();
    await expect(login.run(from('192.0.2.1'), ada)).rejects.toMatchObject(SLOWED);
    await expect(login.run(from('192.0.2.1'), ada, aDevice('made.up.mark'))).rejects.toMatchObject(SLOWED);
    expect(await login.run(from(HERE), ada, device)).toHaveProperty('accessToken');
  });

  it('gets a new mark at each login, and none for a wrong password', async () => {
    const { login, ada, guess } = await desk();
    const device = aDevice();
    await expect(guess(HERE, device)).rejects.toMatchObject(WRONG);
    expect(device.value).toBeUndefined();
    await login.run(from(HERE), ada, device);
    const first = device.value;
    await login.run(from(HERE), ada, device);
    expect(device.value).not.toBe(first);
  });

  it('is delayed after ten wrong passwords, which do not count for strangers', async () => {
    const { login, ada, guess, log } = await desk();
    const device = aDevice();
    await login.run(from(HERE), ada, device);
    for (let i = 0; i < 10; i += 1) await expect(guess(`203.0.113.${i}`, device)).rejects.toMatchObject(WRONG);
    await expect(login.run(from(HERE), ada, device)).rejects.toMatchObject(SLOWED);
    expect(log.at(-1)).toMatchObject({ audit: 'login.delayed', reason: 'device' });
    expect(await login.run(from(HERE), ada)).toHaveProperty('accessToken');
  });

  it('is revoked after twenty wrong passwords, with an audit event, and is another device at its next login', async () => {
    jest.useFakeTimers();
    const { login, ada, guess, siege, log } = await desk();
    const device = aDevice();
    await login.run(from(HERE), ada, device);
    for (let i = 0; i < 20; i += 1) {
      await expect(guess(HERE, device)).rejects.toMatchObject(WRONG);
      if (i >= 9) await expect(guess(HERE, device)).rejects.toMatchObject(i === 19 ? WRONG : SLOWED);
      jest.advanceTimersByTime(900_000);
    }
    expect(log.filter(({ audit }) => audit === 'device.retired')).toEqual([
      expect.objectContaining({ account: expect.any(String), kind: 'app' }),
    ]);
    await siege();
    await expect(login.run(from('192.0.2.1'), ada, device)).rejects.toMatchObject(SLOWED);
    jest.advanceTimersByTime(3_600_000);
    await login.run(from('192.0.2.1'), ada, device);
    await siege();
    expect(await login.run(from(HERE), ada, device)).toHaveProperty('accessToken');
  });

  it('is unknown at every other account', async () => {
    const { login, accounts, ada } = await desk();
    const eve = { email: 'eve@example.com', password: 'a very long phrase' };
    accounts.add(eve.email, eve.password, []);
    const device = aDevice();
    await login.run(from(HERE), eve, device);
    const guess = () => login.run(from(HERE), { ...ada, password: 'wrong' }, device);
    for (let i = 0; i < 5; i += 1) await expect(guess()).rejects.toMatchObject(WRONG);
    await expect(guess()).rejects.toMatchObject(SLOWED);
  });
});
