import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/process';
import type { RedisTls } from '#libs/redis';
import { Redis } from 'ioredis';
import { CertificateAuthority } from './certificates.ts';

/** A Redis for tests, or the reason why there is none. */
export type RedisForTests = { url: string; stop(): Promise<void> } | { skip: string };

/** A cluster for one test, which may stop its nodes, or the reason why there is none. */
export type ClusterForTests = { url: string; pids: number[]; stop(): Promise<void> } | { skip: string };

/** A Redis for one test, which may stop and kill it, or the reason why there is none. */
export type OwnRedisForTests = { url: string; pid: number; stop(): Promise<void> } | { skip: string };

/**
 * The server at `REDIS_URL`, else one started from the `redis-server` on this machine, empty and without persistence.
 * @throws {Error} with `CI=true`, if there is neither
 */
export async function redisForTests(): Promise<RedisForTests> {
  const given = process.env['REDIS_URL'];
  if (given) return { url: given, stop: async () => {} };
  return startIfThereIs('no Redis: REDIS_URL is not set, and redis-server is not on this machine');
}

/**
 * A server from the `redis-server` on this machine, empty and without persistence, for a test that makes it fail.
 * @param port a free one by default
 * @throws {Error} with `CI=true`, if there is no `redis-server`
 */
export async function ownRedisForTests(port?: number): Promise<OwnRedisForTests> {
  return startIfThereIs('no Redis to stop: redis-server is not on this machine', port);
}

/**
 * A server that speaks TLS alone and requires a certificate of its clients, both of one authority.
 * @throws with `CI=true`, if there is no `redis-server`
 */
export async function tlsRedisForTests(): Promise<(StartedRedis & { tls: RedisTls }) | { skip: string }> {
  const authority = new CertificateAuthority();
  const folder = mkdtempSync(join(tmpdir(), 'atrium-redis-tls-'));
  const server = authority.issue('127.0.0.1');
  const fileOf = (name: string, pem: string) => {
    writeFileSync(join(folder, name), pem);
    return join(folder, name);
  };
  const port = await freePort();
  const own = [
    '--port',
    '0',
    '--tls-port',
    `${port}`,
    '--tls-ca-cert-file',
    fileOf('ca.pem', authority.cert),
    '--tls-cert-file',
    fileOf('cert.pem', server.cert),
    '--tls-key-file',
    fileOf('key.pem', server.key),
  ];
  const started = await startIfThereIs('no Redis: redis-server is not on this machine', port, own);
  rmSync(folder, { recursive: true });
  if ('skip' in started) return started;
  const tls = { ca: authority.cert, ...authority.issue('gateway') };
  return { ...started, url: `rediss://127.0.0.1:${port}`, tls };
}

/**
 * Three nodes of a cluster, with all slots, from the `redis-server` on this machine.
 * @throws with `CI=true`, if there is no `redis-server`
 */
export async function redisClusterForTests(): Promise<ClusterForTests> {
  const nodes: Exclude<OwnRedisForTests, { skip: string }>[] = [];
  const buses: number[] = [];
  for (let i = 0; i < NODES; i += 1) {
    buses[i] = await freePort();
    const own = ['--cluster-enabled', 'yes', '--cluster-port', `${buses[i]}`];
    const node = await startIfThereIs(
      'no Redis for a cluster: redis-server is not on this machine',
      undefined,
      own,
    );
    if ('skip' in node) return node;
    nodes.push(node);
  }
  await joined(
    nodes.map(({ url }) => Number(new URL(url).port)),
    buses,
  );
  return {
    url: `redis+cluster://${nodes.map(({ url }) => new URL(url).host).join(',')}`,
    pids: nodes.map(({ pid }) => pid),
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  };
}

/** The name of the master for sentinels. */
const MASTER = 'atrium';
/** The silence of a master before its sentinel starts a failover, in milliseconds. */
const DOWN_MS = 300;

/**
 * A master with a replica, watched by a sentinel, from the `redis-server` on this machine; `fail` kills the master.
 * @param password of the sentinel
 * @throws with `CI=true`, if there is no `redis-server`
 */
export async function redisSentinelForTests(
  password?: string,
): Promise<{ url: string; fail(): void; stop(): Promise<void> } | { skip: string }> {
  const why = 'no Redis for a sentinel: redis-server is not on this machine';
  const master = await startIfThereIs(why);
  if ('skip' in master) return master;
  const { port } = new URL(master.url);
  const replica = await startRedis(await freePort(), ['--replicaof', '127.0.0.1', port]);
  const sentinel = await startRedis(
    await freePort(),
    [],
    [
      `sentinel monitor ${MASTER} 127.0.0.1 ${port} 1`,
      `sentinel down-after-milliseconds ${MASTER} ${DOWN_MS}`,
      `sentinel failover-timeout ${MASTER} 3000`,
      ...(password ? [`requirepass ${password}`] : []),
    ],
  );
  await knowsReplica(Number(new URL(sentinel.url).port), password);
  return {
    url: `redis+sentinel://${new URL(sentinel.url).host}/${MASTER}${password ? `?sentinelPassword=${password}` : ''}`,
    fail: () => void process.kill(master.pid, 'SIGKILL'),
    stop: async () => void (await Promise.all([sentinel, replica, master].map((one) => one.stop()))),
  };
}

/** Resolves when a sentinel knows a replica. */
async function knowsReplica(port: number, password?: string): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { password });
  const isReady = (replica: string[]) => replica[replica.indexOf('master-link-status') + 1] === 'ok';
  while (!((await client.call('SENTINEL', 'REPLICAS', MASTER)) as string[][]).some(isReady)) await passes(50);
  client.disconnect();
}

const passes = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));

const NODES = 3;
const SLOTS = 16_384;

/** Forms a cluster of nodes, each with its share of the slots. */
async function joined(ports: readonly number[], buses: readonly number[]): Promise<void> {
  const clients = ports.map((port) => new Redis(port, '127.0.0.1'));
  const share = Math.ceil(SLOTS / ports.length);
  await Promise.all(
    clients.map((client, i) =>
      client.call('CLUSTER', 'ADDSLOTSRANGE', i * share, Math.min(SLOTS, (i + 1) * share) - 1),
    ),
  );
  for (const [i, port] of ports.entries()) await clients[0]!.call('CLUSTER', 'MEET', '127.0.0.1', port, buses[i]!);
  for (const client of clients) {
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    client.disconnect();
  }
}

async function startIfThereIs(
  skip: string,
  port?: number,
  own: readonly string[] = [],
): Promise<OwnRedisForTests> {
  if (spawnSync('redis-server', ['--version'], { env: process.env }).status === 0)
    return startRedis(port ?? (await freePort()), own);
  if (process.env['CI'] === 'true') throw new Error(skip);
  process.stderr.write(`Tests on Redis are skipped: ${skip}\n`);
  return { skip };
}

type StartedRedis = Exclude<OwnRedisForTests, { skip: string }>;

/** @param sentinel configuration of a sentinel; without it, it is a data server */
async function startRedis(
  port: number,
  own: readonly string[],
  sentinel?: readonly string[],
): Promise<StartedRedis> {
  const folder = mkdtempSync(join(tmpdir(), `atrium-redis-${port}-`));
  const asSentinel = join(folder, 'sentinel.conf');
  if (sentinel) writeFileSync(asSentinel, sentinel.join('\n'));
  const settings = [
    ...(sentinel ? [asSentinel, '--sentinel'] : ['--save', '', '--appendonly', 'no']),
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    ...own,
  ];
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(server, 'exit');
  // Promises are no longer awaited on exit, so this cleanup is synchronous.
  const onExit = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onExit);

  const stop = async () => {
    // It has nothing to save, and SIGTERM waits for a script that runs.
    server.kill('SIGKILL');
    await exited;
    process.off('exit', onExit);
    rmSync(folder, { recursive: true, force: true });
  };
  const chunks: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    chunks.push(line);
    if (!/Ready to accept connections|Sentinel ID is/.test(line)) continue;
    server.stdout.resume();
    return { url: `redis://127.0.0.1:${port}`, pid: server.pid!, stop };
  }
  await stop();
  throw new Error(`Redis did not start:\n${chunks.join('\n')}`);
}
