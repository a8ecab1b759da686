import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/process';

/** A Redis for as long as `use` takes, empty and unsaved; undefined where there is no redis-server. */
export async function withRedis<T>(use: (url: string) => Promise<T>): Promise<T | undefined> {
  if (spawnSync('redis-server', ['--version']).error) return undefined;
  const port = String(await freePort());
  const redis = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']);
  const ended = once(redis, 'exit');
  for await (const line of createInterface(redis.stdout)) if (/ready to accept/i.test(line)) break;
  redis.stdout.resume();
  try {
    return await use(`redis://127.0.0.1:${port}`);
  } finally {
    redis.kill();
    await ended;
  }
}
