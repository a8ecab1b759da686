import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/process';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis, type Redis } from '#libs/redis';

/** A Redis for as long as `use` takes, empty and unsaved. @returns false where there is no redis-server */
export async function withRedis(use: (redis: Redis, url: string) => Promise<void>): Promise<boolean> {
  if (spawnSync('redis-server', ['--version']).error) return false;
  const port = String(await freePort());
  const server = spawn('redis-server', [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  const ended = once(server, 'exit');
  for await (const line of createInterface(server.stdout)) if (/ready to accept/i.test(line)) break;
  server.stdout.resume();
  const url = `redis://127.0.0.1:${port}`;
  // The timeouts of a request are too short for a busy machine.
  const redis = await openRedis(url, createLogger('study', 'silent'), 2_000);
  if (redis.status !== 'ready') await once(redis, 'ready');
  try {
    await use(redis, url);
  } finally {
    await closeRedis(redis);
    server.kill();
    await ended;
  }
  return true;
}
