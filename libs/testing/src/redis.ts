import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/process';

/** A Redis to test with, or why there is none. */
export type RedisForTests = { url: string; stop(): Promise<void> } | { skip: string };

/** A Redis that belongs to one test, which may stop and kill it, or why there is none. */
export type OwnRedisForTests = { url: string; pid: number; stop(): Promise<void> } | { skip: string };

/**
 * The server at `REDIS_URL`, else one of the tests' own from the `redis-server` on this machine, empty and unsaved.
 * @throws with `CI=true`, if there is neither
 */
export async function redisForTests(): Promise<RedisForTests> {
  const given = process.env['REDIS_URL'];
  if (given) return { url: given, stop: async () => {} };
  return startIfThereIs('no Redis: REDIS_URL is not set, and redis-server is not on this machine');
}

/**
 * A server from the `redis-server` on this machine, empty and unsaved, for a test that lets it fail.
 * @param port a free one unless given
 * @throws with `CI=true`, if there is no `redis-server`
 */
export async function ownRedisForTests(port?: number): Promise<OwnRedisForTests> {
  return startIfThereIs('no Redis to stop: redis-server is not on this machine', port);
}

async function startIfThereIs(skip: string, port?: number): Promise<OwnRedisForTests> {
  if (spawnSync('redis-server', ['--version'], { env: process.env }).status === 0)
    return startRedis(port ?? (await freePort()));
  if (process.env['CI'] === 'true') throw new Error(skip);
  process.stderr.write(`Tests on Redis are skipped: ${skip}\n`);
  return { skip };
}

async function startRedis(port: number): Promise<OwnRedisForTests> {
  const folder = mkdtempSync(join(tmpdir(), `atrium-redis-${port}-`));
  const settings = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  // Nothing awaits any more when the process exits, so this is the last chance to leave nothing behind.
  const onExit = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onExit);

  const stop = async () => {
    server.kill('SIGTERM');
    await exited;
    process.off('exit', onExit);
    rmSync(folder, { recursive: true, force: true });
  };
  const said: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    said.push(line);
    if (!line.includes('Ready to accept connections')) continue;
    server.stdout.resume();
    return { url: `redis://127.0.0.1:${port}`, pid: server.pid!, stop };
  }
  await stop();
  throw new Error(`Redis did not start:\n${said.join('\n')}`);
}
