import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/process';

/** A Redis to test with, or why there is none. */
export type RedisForTests = { url: string; stop(): Promise<void> } | { skip: string };

/**
 * The server at `REDIS_URL`, else one of the tests' own from the `redis-server` on this machine, empty and unsaved.
 * @throws with `CI=true`, if there is neither
 */
export async function redisForTests(): Promise<RedisForTests> {
  const given = process.env['REDIS_URL'];
  if (given) return { url: given, stop: async () => {} };
  if (spawnSync('redis-server', ['--version'], { env: process.env }).status === 0) return startRedis();
  const skip = 'no Redis: REDIS_URL is not set, and redis-server is not on this machine';
  if (process.env['CI'] === 'true') throw new Error(skip);
  process.stderr.write(`Tests on Redis are skipped: ${skip}\n`);
  return { skip };
}

async function startRedis(): Promise<RedisForTests> {
  const port = await freePort();
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
    return { url: `redis://127.0.0.1:${port}`, stop };
  }
  await stop();
  throw new Error(`Redis did not start:\n${said.join('\n')}`);
}
