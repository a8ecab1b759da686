import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { freePort, ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { builtEntry } from '#test/support/build';
import { poolInTurn } from '#test/support/load';
import { Pm2Daemon } from './pm2-daemon.ts';

/** An app of a file of PM2. */
type Pm2App = Record<string, unknown> & { env: object };

const { apps } = createRequire(import.meta.url)(resolve('ecosystem.config.cjs')) as { apps: Pm2App[] };

/**
 * Starts the gateway of `ecosystem.config.cjs` under a PM2 of its own, with a Redis, and without upstreams: how busy the machine
 * is matters less then.
 * @param changes to the app of that file
 * @param environment for PM2 and the gateway
 */
export async function startUnderPm2(changes: Record<string, unknown>, environment: NodeJS.ProcessEnv = {}) {
  const redis = await ownRedisForTests();
  if ('skip' in redis) throw new Error(redis.skip);
  await builtEntry('gateway');
  const access = new Access();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const daemon = new Pm2Daemon({
    PORT: `${port}`,
    ADMIN_PORT: '0',
    JWT_PRIVATE_KEY: access.privateKey,
    REDIS_URL: redis.url,
    RATE_LIMIT: 'off',
    SHEDDING: 'off',
    REQUEST_TIMEOUT_MS: '30000',
    ...environment,
  });
  const connections = poolInTurn(url);
  const file = join(daemon.home, 'changed.config.cjs');
  const [app] = apps;
  const changed = { ...app, env: { ...app!.env, ADMIN_PORT: '0' }, increment_var: undefined, ...changes };
  writeFileSync(file, `module.exports = ${JSON.stringify({ apps: [changed] })};\n`);
  const close = async () => {
    await connections.destroy();
    await daemon.close();
    await redis.stop();
  };
  try {
    await daemon.run('start', file);
  } catch (error) {
    await close();
    throw error;
  }
  return { access, url, daemon, connections, close };
}

export type UnderPm2 = Awaited<ReturnType<typeof startUnderPm2>>;
