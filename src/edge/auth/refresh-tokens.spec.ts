import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { RefreshTokens } from './refresh-tokens.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

afterEach(() => void jest.useRealTimers());

describe('refresh tokens', () => {
  it('are known by whom they were issued to, each different', () => {
    const tokens = new RefreshTokens();
    const [one, other, ada] = [tokens.issue('u2'), tokens.issue('u2'), tokens.issue('u1')];
    expect(new Set([one, other, ada]).size).toBe(3);
    expect([one, other, ada].map((token) => tokens.ownerOf(token))).toEqual(['u2', 'u2', 'u1']);
  });

  it('end once', () => {
    const tokens = new RefreshTokens();
    const token = tokens.issue('u1');
    expect(tokens.end(token)).toBe(true);
    expect(tokens.end(token)).toBe(false);
    expect(tokens.ownerOf(token)).toBeUndefined();
  });

  it('live for seven days', () => {
    jest.useFakeTimers();
    const tokens = new RefreshTokens();
    const token = tokens.issue('u1');
    jest.advanceTimersByTime(7 * DAY_MS - 1);
    expect(tokens.ownerOf(token)).toBe('u1');
    jest.advanceTimersByTime(1);
    expect(tokens.ownerOf(token)).toBeUndefined();
  });

  it('are at most 100,000: beyond that the oldest ends', () => {
    const tokens = new RefreshTokens();
    const [oldest, second] = [tokens.issue('oldest'), tokens.issue('second')];
    for (let kept = 2; kept < 100_000; kept += 1) tokens.issue('u1');
    expect(tokens.ownerOf(oldest)).toBe('oldest');
    const newest = tokens.issue('newest');
    expect([oldest, second, newest].map((token) => tokens.ownerOf(token))).toEqual([
      undefined,
      'second',
      'newest',
    ]);
  });

  it.each(['', 'never issued', '__proto__'])('are not %p', (token) => {
    const tokens = new RefreshTokens();
    expect(tokens.ownerOf(token)).toBeUndefined();
    expect(tokens.end(token)).toBe(false);
  });
});
