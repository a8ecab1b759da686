import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InternalTokenSigner, InternalTokenVerifier } from '#libs/internal-token';

const key = 'a key for these tests, long enough for HS256';
const ada = { id: 'u1', scopes: ['orders:read'] };

describe('a signer of internal tokens', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const verifier = new InternalTokenVerifier([key], 'orders');
  const isTaken = (token: string) => {
    try {
      return verifier.verify(`Bearer ${token}`).id === 'u1';
    } catch {
      return false;
    }
  };

  it('returns the same token for 45 seconds, and another long before it expires', () => {
    const signer = new InternalTokenSigner(key);
    const first = signer.sign(ada, 'orders');
    jest.advanceTimersByTime(44_999);
    expect(signer.sign(ada, 'orders')).toBe(first);
    jest.advanceTimersByTime(1);
    expect(signer.sign(ada, 'orders')).not.toBe(first);
    jest.advanceTimersByTime(14_000);
    expect(isTaken(first)).toBe(true);
  });

  it.each([3_600_000, -3_600_000, 46_000, -1_000])(
    'returns a token that services accept even if the wall clock is moved by %i ms',
    (movedMs) => {
      const signer = new InternalTokenSigner(key);
      signer.sign(ada, 'orders');
      jest.setSystemTime(Date.now() + movedMs);
      expect(isTaken(signer.sign(ada, 'orders'))).toBe(true);
    },
  );

  it('signs again if the wall clock was moved back', () => {
    const signer = new InternalTokenSigner(key);
    const first = signer.sign(ada, 'orders');
    jest.setSystemTime(Date.now() - 3_600_000);
    const second = signer.sign(ada, 'orders');
    expect(second).not.toBe(first);
    expect(signer.sign(ada, 'orders')).toBe(second);
  });

  it('signs again if the wall clock was held back while time passed', () => {
    const signer = new InternalTokenSigner(key);
    const first = signer.sign(ada, 'orders');
    const wall = Date.now();
    jest.advanceTimersByTime(50_000);
    jest.setSystemTime(wall + 1_000);
    expect(signer.sign(ada, 'orders')).not.toBe(first);
  });

  it('evicts the oldest token if there are too many callers', () => {
    const signer = new InternalTokenSigner(key);
    const tokenOf = (i: number) => signer.sign({ id: `u${i}`, scopes: [] }, 'orders');
    const [oldest, next] = [tokenOf(0), tokenOf(1)];
    for (let i = 2; i <= 10_000; i += 1) tokenOf(i);
    jest.advanceTimersByTime(1_000);
    expect(tokenOf(1)).toBe(next);
    expect(tokenOf(0)).not.toBe(oldest);
  });

  it('does not evict a caller whose token was renewed', () => {
    const signer = new InternalTokenSigner(key);
    const tokenOf = (i: number) => signer.sign({ id: `u${i}`, scopes: [] }, 'orders');
    tokenOf(0);
    tokenOf(1);
    jest.advanceTimersByTime(50_000);
    const renewed = tokenOf(0);
    for (let i = 2; i <= 10_000; i += 1) tokenOf(i);
    jest.advanceTimersByTime(1_000);
    expect(tokenOf(0)).toBe(renewed);
  });
});
