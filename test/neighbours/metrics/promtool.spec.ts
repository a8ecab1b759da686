import { spawnSync } from 'node:child_process';
import { ownRedisForTests } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { RealShop } from '#test/support/real-shop';
import { afterAll, expect, it, jest } from '@jest/globals';
import { programs } from './programs.ts';

jest.setTimeout(60_000);

const redis = await ownRedisForTests();
afterAll(async () => {
  if (!('skip' in redis)) await redis.stop();
});

const KINDS: [string, NodeJS.ProcessEnv][] = [
  ['one process', { CACHE: 'on' }],
  ...('skip' in redis
    ? []
    : ([['two workers', { CACHE: 'on', WORKERS: '2', REDIS_URL: redis.url }]] as [string, NodeJS.ProcessEnv][])),
];

describeWith(programs.quick, '`promtool check metrics`', () => {
  it.each(KINDS)('finds nothing wrong with what %s shows after some requests', async (_, settings) => {
    const shop = await RealShop.open(async () => settings);
    try {
      const headers = shop.access.of('u1');
      for (const path of ['/v1/home', '/v1/products/p1', '/v1/nothing']) await fetch(shop.url + path, { headers });
      const input = await shop.metrics();
      expect(input).toContain('route="/v1/home"');
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
    } finally {
      await shop.close();
    }
  });
});
