import { describe, expect, it } from '@jest/globals';
import { withError } from './navigation.ts';

describe('the way back from a failed login', () => {
  it.each([
    ['/', '/?error=no_access'],
    ['/a?b=1', '/a?b=1&error=no_access'],
    ['/a?error=old&b=#c', '/a?error=no_access&b=#c'],
    ['/a#b?c', '/a?error=no_access#b?c'],
    ['https://shop.example/a?b=1#c', 'https://shop.example/a?b=1&error=no_access#c'],
    ['https://shop.example', 'https://shop.example?error=no_access'],
  ])('from %p is %p', (returnTo, location) => {
    expect(withError(returnTo, 'no_access')).toBe(location);
  });

  it('has the path as it was given, which normalised could name another host', () => {
    expect(withError('/.//evil.example', 'no_access')).toBe('/.//evil.example?error=no_access');
  });
});
