import { describe, expect, it } from '@jest/globals';
import { groupIn, isRedisAddress } from './redis-address.ts';

describe('the address of Redis', () => {
  it('accepts sentinels', () => {
    expect(groupIn('redis+sentinel://me:w%40rd@10.0.0.1:26379,[::1]:26380/main')).toEqual({
      kind: 'sentinel',
      isTls: false,
      username: 'me',
      password: 'w@rd',
      nodes: [
        { host: '10.0.0.1', port: 26379 },
        { host: '::1', port: 26380 },
      ],
      name: 'main',
    });
  });

  it('accepts sentinels with a password of their own', () => {
    expect(groupIn('redis+sentinel://:secret@a:1,b:2/main?sentinelPassword=w%40rd')).toMatchObject({
      password: 'secret',
      name: 'main',
      sentinelPassword: 'w@rd',
    });
  });

  it('accepts a cluster with TLS', () => {
    expect(groupIn('rediss+cluster://:secret@a.example:7000,b.example:7001')).toMatchObject({
      kind: 'cluster',
      isTls: true,
      password: 'secret',
      nodes: [{ host: 'a.example' }, { host: 'b.example' }],
    });
  });

  it('accepts a single server', () => {
    expect([isRedisAddress('redis://127.0.0.1:6379'), groupIn('redis://127.0.0.1:6379')]).toEqual([
      true,
      undefined,
    ]);
  });

  it.each([
    'redis+sentinel://a:1',
    'redis+cluster://a:1/name',
    'redis+cluster://a',
    'redis+cluster://a:1,',
    'redis+cluster://a:70000',
    'redis+cluster://:%zz@a:1',
    'redis+cluster://a:1?sentinelPassword=x',
    'redis+sentinel://a:1/name?password=x',
    'redis+sentinel://a:1/name?sentinelPassword=%zz',
    'redis+other://a:1',
    'http://a:1',
    '',
  ])('refuses %p', (url) => {
    expect(isRedisAddress(url)).toBe(false);
  });
});
