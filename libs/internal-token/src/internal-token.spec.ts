import { describe, expect, it, jest } from '@jest/globals';
import { InternalTokenSigner, InternalTokenVerifier, InvalidInternalToken } from '#libs/internal-token';

const key = 'a key for these tests, long enough for HS256';
const ada = { id: 'u1', scopes: ['orders:read', 'orders:write'] };

describe('the internal token', () => {
  const signer = new InternalTokenSigner(key);

  it('tells the upstream it is for who the caller is', () => {
    const token = signer.sign(ada, 'orders');
    expect(new InternalTokenVerifier([key], 'orders').verify(`Bearer ${token}`)).toEqual(ada);
  });

  it('tells of a client who has not logged in', () => {
    const token = signer.sign({ scopes: [] }, 'products');
    const caller = new InternalTokenVerifier([key], 'products').verify(`Bearer ${token}`);
    expect(caller).toEqual({ id: undefined, scopes: [] });
  });

  it('is made once per caller and upstream', () => {
    expect(signer.sign(ada, 'orders')).toBe(signer.sign(ada, 'orders'));
    expect(signer.sign(ada, 'orders')).not.toBe(signer.sign(ada, 'products'));
    expect(signer.sign(ada, 'orders')).not.toBe(signer.sign({ ...ada, scopes: [] }, 'orders'));
  });

  it.each([
    ['another upstream', key, 'products'],
    ['another key', 'another key for these tests, just as long', 'orders'],
  ])('is refused by %s', (_, itsKey, audience) => {
    const verifier = new InternalTokenVerifier([itsKey], audience);
    expect(() => verifier.verify(`Bearer ${signer.sign(ada, 'orders')}`)).toThrow(InvalidInternalToken);
  });

  it('is taken by a service that knows the key among others, as while keys are rotated', () => {
    const [before, after] = [
      'the key of before, for these tests alone',
      'the key of after, for these tests alone',
    ];
    const during = new InternalTokenVerifier([after, before], 'orders');
    for (const key of [before, after]) {
      expect(during.verify(`Bearer ${new InternalTokenSigner(key).sign(ada, 'orders')}`)).toEqual(ada);
    }
    const rotated = new InternalTokenVerifier([after], 'orders');
    const old = new InternalTokenSigner(before).sign(ada, 'orders');
    expect(() => rotated.verify(`Bearer ${old}`)).toThrow(InvalidInternalToken);
  });

  it('is refused by the service it is replayed to, and by its own once it has expired', () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const token = `Bearer ${signer.sign(ada, 'orders')}`;
    expect(() => new InternalTokenVerifier([key], 'products').verify(token)).toThrow(InvalidInternalToken);
    jest.advanceTimersByTime(59_999);
    expect(new InternalTokenVerifier([key], 'orders').verify(token)).toEqual(ada);
    jest.advanceTimersByTime(1_001);
    expect(() => new InternalTokenVerifier([key], 'orders').verify(token)).toThrow(InvalidInternalToken);
    jest.useRealTimers();
  });

  it.each([undefined, '', 'Bearer ', 'Basic YWRh', 'Bearer not.a.token'])('is not %p', (authorization) => {
    const verifier = new InternalTokenVerifier([key], 'orders');
    expect(() => verifier.verify(authorization)).toThrow(InvalidInternalToken);
  });
});
