import { type ChildProcess, spawn } from 'node:child_process';

/** Starts a Redis that writes each change to its file in this folder before it answers. */
export async function startDurableRedis(port: number, folder: string): Promise<ChildProcess> {
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...durable];
  const redis = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const text of redis.stdout.setEncoding('utf8')) if (String(text).includes('Ready to accept')) break;
  redis.stdout.resume();
  return redis;
}
