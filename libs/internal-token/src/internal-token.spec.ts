import { describe, expect, it } from '@jest/globals';
import { InternalTokenSigner, InternalTokenVerifier, InvalidInternalToken } from '#libs/internal-token';

const key = 'a key for these tests, long enough for HS256';
const ada = { id: 'u1', scopes: ['orders:read', 'orders:write'] };

describe('the internal token', () => {
  const signer = new InternalTokenSigner(key);

  it('tells the upstream it is for who the caller is', () => {
    const token = signer.sign(ada, 'orders');
    expect(new InternalTokenVerifier(key, 'orders').verify(`Bearer ${token}`)).toEqual(ada);
  });

  it('tells of a client who has not logged in', () => {
    const token = signer.sign({ scopes: [] }, 'products');
    const caller = new InternalTokenVerifier(key, 'products').verify(`Bearer ${token}`);
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
    const verifier = new InternalTokenVerifier(itsKey, audience);
    expect(() => verifier.verify(`Bearer ${signer.sign(ada, 'orders')}`)).toThrow(InvalidInternalToken);
  });

  it.each([undefined, '', 'Bearer ', 'Basic YWRh', 'Bearer not.a.token'])('is not %p', (authorization) => {
    const verifier = new InternalTokenVerifier(key, 'orders');
    expect(() => verifier.verify(authorization)).toThrow(InvalidInternalToken);
  });
});
