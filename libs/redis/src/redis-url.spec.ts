import { describe, expect, it } from '@jest/globals';
import { isRedisUrl } from './redis-url.ts';

describe('the URL of a Redis', () => {
  it.each([
    'redis://127.0.0.1:6379',
    'redis://redis',
    'rediss://:secret@redis.example:6380/2',
    'redis://user:secret@[::1]:6379/',
  ])('accepts %s', (url) => {
    expect(isRedisUrl(url)).toBe(true);
  });

  it.each([
    '',
    'redis',
    'http://redis:6379',
    'redis://',
    'redis://redis/db',
    'redis://redis?commandTimeout=0',
    'redis://redis#1',
    'redis://:%zz@redis',
  ])('refuses %p', (url) => {
    expect(isRedisUrl(url)).toBe(false);
  });
});
