import { generateKeyPairSync } from 'node:crypto';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { accountName } from './attempts.ts';
import { DEVICE_LIFE_MS, KnownDevices } from './known-devices.ts';

const keys = () => new KeySet(new SigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
const ours = keys();
const devices = new KnownDevices(ours);
const [ada, grace] = [accountName('ada@example.com'), accountName('grace@example.com')];

afterEach(() => void jest.restoreAllMocks());

describe('a device', () => {
  it('is known for the account that it logged in to, and for no other', () => {
    const cookie = devices.afterLogin(undefined, ada);
    expect(devices.nameOf(cookie, ada)).toMatch(/^[\w-]{22}$/);
    expect(devices.nameOf(cookie, grace)).toBeUndefined();
    expect(devices.nameOf(undefined, ada)).toBeUndefined();
  });

  it('is known by every gateway with the same key, and by none with another', () => {
    const cookie = devices.afterLogin(undefined, ada);
    expect(new KnownDevices(ours).nameOf(cookie, ada)).toBe(devices.nameOf(cookie, ada));
    expect(new KnownDevices(keys()).nameOf(cookie, ada)).toBeUndefined();
  });

  it('is known for ninety days', () => {
    const cookie = devices.afterLogin(undefined, ada);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + DEVICE_LIFE_MS - 60_000);
    expect(devices.nameOf(cookie, ada)).toBeDefined();
    jest.spyOn(Date, 'now').mockReturnValue(now + DEVICE_LIFE_MS + 1_000);
    expect(devices.nameOf(cookie, ada)).toBeUndefined();
  });

  it('has a new name after each login: failures with the old cookie stay with that cookie', () => {
    const first = devices.afterLogin(undefined, ada);
    const second = devices.afterLogin(first, ada);
    expect(second.split('~')).toHaveLength(1);
    expect(devices.nameOf(second, ada)).not.toBe(devices.nameOf(first, ada));
  });

  it('is known for up to four accounts; the least recent login is dropped', () => {
    const family = [1, 2, 3, 4, 5].map((n) => accountName(`person-${n}@example.com`));
    const cookie = family.reduce<string | undefined>((held, one) => devices.afterLogin(held, one), undefined)!;
    expect(family.map((one) => devices.nameOf(cookie, one) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(cookie.length).toBeLessThan(256);
    expect(new Set(family.slice(1).map((one) => devices.nameOf(cookie, one))).size).toBe(4);
  });

  it('has a cookie that needs no quoting and does not reveal the account', () => {
    const cookie = devices.afterLogin(devices.afterLogin(undefined, grace), ada);
    expect(cookie).toMatch(/^[\w.~-]+$/);
    for (const account of [ada, grace]) expect(cookie).not.toContain(account.slice(0, 8));
    expect(cookie).not.toContain(devices.nameOf(cookie, ada));
  });

  it('is not known by a mark that was altered, extended or forged', () => {
    const cookie = devices.afterLogin(undefined, ada);
    const [id, expires, mac] = cookie.split('.') as [string, string, string];
    const changed = [
      `${id}.${(Number.parseInt(expires, 36) + 1).toString(36)}.${mac}`,
      `${id.slice(0, 21)}${id.endsWith('A') ? 'Q' : 'A'}.${expires}.${mac}`,
      `${id}.${expires}.${mac.slice(0, 21)}${mac.endsWith('A') ? 'B' : 'A'}`,
      `${id}.${expires}.`,
      `${id}.${expires}`,
      `${id}..${mac}`,
      '',
      '~~~~',
      'a'.repeat(10_000),
      `${'~'.repeat(9)}${cookie}`,
      '\u0000',
      '__proto__',
    ];
    for (const value of changed) expect([value, devices.nameOf(value, ada)]).toEqual([value, undefined]);
    expect(devices.nameOf(devices.afterLogin('~x~\u00e9.1.2', ada), ada)).toBeDefined();
  });
});
