import { describe, expect, it, jest } from '@jest/globals';
import { InternalTokenSigner, InternalTokenVerifier, InvalidInternalToken } from '#libs/internal-token';

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

  it('is rejected by another service, and by its audience once it has expired', () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const token = `Bearer ${signer.sign(ada, 'orders')}`;
    expect(() => new InternalTokenVerifier([key], 'products').verify(token)).toThrow(InvalidInternalToken);
    jest.advanceTimersByTime(59_999);
    expect(new InternalTokenVerifier([key], 'orders').verify(token)).toEqual(ada);
    jest.advanceTimersByTime(1_001);
    expect(() => new InternalTokenVerifier([key], 'orders').verify(token)).toThrow(InvalidInternalToken);
    jest.useRealTimers();
  });

  it.each([undefined, '', 'Bearer ', 'Basic YWRh', 'Bearer not.a.token'])('is not valid: %p', (authorization) => {
    const verifier = new InternalTokenVerifier([key], 'orders');
    expect(() => verifier.verify(authorization)).toThrow(InvalidInternalToken);
  });
});
