import { globSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { RedisKey } from '#libs/redis';

const HEAD = ['| Key | Type | Lifetime | What it holds |', '| --- | --- | --- | --- |'];

/** The files that name keys of Redis: that of the gateway, then those of its features. */
export const REDIS_KEY_FILES = ['src/config/redis-keys.ts', ...globSync('src/*/*/*.redis-keys.ts').sort()];

/** All Redis keys of gateways. */
export async function redisKeysOf(files: readonly string[]): Promise<RedisKey[]> {
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(file).href) as Promise<Record<string, Record<string, RedisKey>>>),
  );
  return modules.flatMap((one) => Object.values(one).flatMap((keys) => Object.values(keys)));
}

/** The table of docs/redis.md. */
export async function redisTable(): Promise<string> {
  const keys = await redisKeysOf(REDIS_KEY_FILES);
  const rows = keys.map(
    ({ pattern, type, lifetime, holds }) => `| \`${pattern}\` | ${type} | ${lifetime} | ${holds} |`,
  );
  return [...HEAD, ...rows].join('\n');
}
