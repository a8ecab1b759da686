import { globSync, readFileSync } from 'node:fs';
import { REDIS_KEY_FILES, redisKeysOf, redisTable } from '#tools/redis-table';
import { describe, expect, it } from '@jest/globals';

const SOURCES = globSync('{src,libs,apps}/**/*.{ts,tsx}').filter((file) => !/\.(spec|fixture)\.tsx?$/.test(file));
const textOf = (file: string): string => readFileSync(file, 'utf8');
const filesWith = (pattern: RegExp): string[] => SOURCES.filter((file) => pattern.test(textOf(file)));

describe('Redis', () => {
  it('has its keys from redis-keys.ts and the *.redis-keys.ts of features alone', () => {
    expect(filesWith(/['"`]atrium:/).filter((file) => !REDIS_KEY_FILES.includes(file))).toEqual([]);
    const declaring = filesWith(/\bredisKey\(/).filter((file) => !REDIS_KEY_FILES.includes(file));
    expect(declaring).toEqual([]);
  });

  it('has each key once, by a name that says whose it is', async () => {
    const patterns = (await redisKeysOf(REDIS_KEY_FILES)).map(({ pattern }) => pattern);
    expect(patterns.length).toBeGreaterThan(15);
    expect(patterns.filter((pattern) => !pattern.startsWith('atrium:'))).toEqual([]);
    expect(new Set(patterns).size).toBe(patterns.length);
  });

  it('runs scripts by defineScript alone, each of a name of its own', () => {
    expect(filesWith(/\.(eval|evalsha|defineCommand)\(/i)).toEqual(['libs/redis/src/script.ts']);
    const names = SOURCES.flatMap((file) =>
      [...textOf(file).matchAll(/\bdefineScript(?:<[^>]+>)?\(\s*'(\w+)'/g)].map(([, name]) => name!),
    );
    expect(names.length).toBeGreaterThan(10);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is described by docs/redis.md (npm run schema:write)', async () => {
    expect(textOf('docs/redis.md')).toContain(await redisTable());
  });
});
