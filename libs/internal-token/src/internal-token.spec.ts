import { describe, expect, it, jest } from '@jest/globals';
import {
  internalTokenKey,
  InternalTokenSigner,
  InternalTokenVerifier,
  InvalidInternalToken,
} from '#libs/internal-token';

const key = 'a key for these tests, long enough for HS256';
const ada = { id: 'u1', scopes: ['orders:read', 'orders:write'] };

describe('the internal token', () => {
  const signer = new InternalTokenSigner(key);

  it('authenticates the caller to its audience', () => {
    const token = signer.sign(ada, 'orders');
    expect(new InternalTokenVerifier([key], 'orders').verify(`Bearer ${token}`)).toEqual(ada);
  });

  it('represents an anonymous client', () => {
    const token = signer.sign({ scopes: [] }, 'products');
    const caller = new InternalTokenVerifier([key], 'products').verify(`Bearer ${token}`);
    expect(caller).toEqual({ id: undefined, scopes: [] });
  });

  it('is signed once per caller and upstream', () => {
    expect(signer.sign(ada, 'orders')).toBe(signer.sign(ada, 'orders'));
    expect(signer.sign(ada, 'orders')).not.toBe(signer.sign(ada, 'products'));
    expect(signer.sign(ada, 'orders')).not.toBe(signer.sign({ ...ada, scopes: [] }, 'orders'));
  });

  it.each([
    ['another upstream', key, 'products'],
    ['another key', 'another key for these tests, just as long', 'orders'],
  ])('is rejected by %s', (_, itsKey, audience) => {
    const verifier = new InternalTokenVerifier([itsKey], audience);
    expect(() => verifier.verify(`Bearer ${signer.sign(ada, 'orders')}`)).toThrow(InvalidInternalToken);
  });

  it('that has expired points to the clocks, also where another key is accepted', () => {
    jest.useFakeTimers({ now: Date.now() - 3_600_000 });
    const behind = new InternalTokenSigner(key).sign(ada, 'orders');
    jest.useRealTimers();
    const other = 'another key for these tests, just as long';
    for (const keys of [[key], [other, key], [key, other]])
      expect(() => new InternalTokenVerifier(keys, 'orders').verify(`Bearer ${behind}`)).toThrow(
        /^the internal token expired 35[34]\d seconds ago: compare the clocks of the gateway and of this service$/,
      );
  });

  it('is accepted by a service that has several keys, as during a rotation', () => {
    const [before, after] = ['the previous key, only for these tests', 'the next key, only for these tests'];
    const during = new InternalTokenVerifier([after, before], 'orders');
    for (const key of [before, after]) {
      expect(during.verify(`Bearer ${new InternalTokenSigner(key).sign(ada, 'orders')}`)).toEqual(ada);
    }
    const rotated = new InternalTokenVerifier([after], 'orders');
    const old = new InternalTokenSigner(before).sign(ada, 'orders');
    expect(() => rotated.verify(`Bearer ${old}`)).toThrow(InvalidInternalToken);
  });

  it('is signed by the key whose time has come, and the key before is accepted until its tokens have expired', () => {
    const now = 1_800_000_000;
    jest.useFakeTimers({ now: now * 1_000 });
    const oct = (secret: string, nbf: number) => ({
      kty: 'oct',
      nbf,
      k: Buffer.from(secret).toString('base64url'),
    });
    const [before, after] = ['the previous key, only for these tests', 'the next key, only for these tests'];
    const keys = internalTokenKey.parse(JSON.stringify({ keys: [oct(before, 0), oct(after, now + 360)] }));
    const timed = new InternalTokenSigner(...keys);
    const verifier = new InternalTokenVerifier(keys, 'orders');
    const fresh = (at: number) => (jest.setSystemTime(at * 1_000), `Bearer ${timed.sign(ada, 'orders')}`);
    const isTakenBy = (key: string, token: string) => {
      try {
        return new InternalTokenVerifier([key], 'orders').verify(token).id === ada.id;
      } catch {
        return false;
      }
    };

    const old = fresh(now + 359);
    expect([isTakenBy(before, old), isTakenBy(after, old)]).toEqual([true, false]);
    const next = fresh(now + 410);
    expect([isTakenBy(before, next), isTakenBy(after, next)]).toEqual([false, true]);
    for (const token of [old, next]) expect(verifier.verify(token)).toEqual(ada);

    // A gateway whose clock is late signs with the key before.
    const late = (at: number) => {
      jest.setSystemTime(at * 1_000);
      return `Bearer ${new InternalTokenSigner(before).sign(ada, 'orders')}`;
    };
    expect(verifier.verify(late(now + 479))).toEqual(ada);
    expect(() => verifier.verify(late(now + 480))).toThrow(InvalidInternalToken);
    jest.useRealTimers();
  });

  it('is signed anew at once where its key is replaced', () => {
    const changing = new InternalTokenSigner(key);
    const token = changing.sign(ada, 'orders');
    changing.use([key, 'another key for these tests, just as long']);
    expect(changing.sign(ada, 'orders')).toBe(token);
    changing.use(['another key for these tests, just as long']);
    expect(changing.sign(ada, 'orders')).not.toBe(token);
  });

  it('is rejected by another service, and by its audience once it has expired', () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const token = `Bearer ${signer.sign(ada, 'orders')}`;
    expect(() => new InternalTokenVerifier([key], 'products').verify(token)).toThrow(InvalidInternalToken);
    jest.advanceTimersByTime(119_999);
    expect(new InternalTokenVerifier([key], 'orders').verify(token)).toEqual(ada);
    jest.advanceTimersByTime(1_001);
    expect(() => new InternalTokenVerifier([key], 'orders').verify(token)).toThrow(InvalidInternalToken);
    jest.useRealTimers();
  });

  it.each([
    ['60 seconds behind', -60],
    ['60 seconds ahead', 60],
    // Its tokens last for longer.
    ['an hour ahead', 3_600],
  ])('is accepted at any age that the gateway uses it, if the clock of the gateway is %s', (_, skew) => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const [verifier, signing] = [new InternalTokenVerifier([key], 'orders'), new InternalTokenSigner(key)];
    for (let second = 0; second < 90; second += 1) {
      const here = Date.now();
      jest.setSystemTime(here + skew * 1_000);
      const token = signing.sign(ada, 'orders');
      jest.setSystemTime(here);
      expect(verifier.verify(`Bearer ${token}`)).toEqual(ada);
      jest.advanceTimersByTime(1_000);
    }
    jest.useRealTimers();
  });

  it.each([undefined, '', 'Bearer ', 'Basic YWRh', 'Bearer not.a.token'])('is not valid: %p', (authorization) => {
    const verifier = new InternalTokenVerifier([key], 'orders');
    expect(() => verifier.verify(authorization)).toThrow(InvalidInternalToken);
  });
});
