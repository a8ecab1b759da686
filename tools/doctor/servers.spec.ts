import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { migrations } from '#apps/orders/migrations';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis } from '#libs/redis';
import { type Migration, openStorage } from '#libs/storage';
import { describeStorages, ownRedisForTests, redisClusterForTests } from '#libs/testing';
import { loadConfig } from '#gateway/config/config';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkDatabases } from './databases.ts';
import type { Finding } from './finding.ts';
import { checkRedis } from './redis.ts';

const lines = (findings: Finding[]) => findings.map(({ level, message }) => `${level}: ${message}`);

describeStorages('npm run doctor, of the data of a service', (storage) => {
  const later: Migration = { up: async () => {}, down: async () => {} };

  /** What is reported of orders, whose data another release has made. */
  async function reportOf(made: Record<string, Migration>): Promise<string[]> {
    const place = await storage.fresh();
    await (await openStorage({ name: 'orders', ...place, migrations: made })).destroy();
    const data = { DATA_DIR: place.dataDir, DATABASE_URL: place.databaseUrl };
    const found = await checkDatabases({ environment: {}, config: undefined, data });
    const server = storage.kind === 'postgres' ? [expect.stringMatching(/^ok: answers, PostgreSQL \d+/)] : [];
    const report = lines(found);
    expect(report.slice(0, server.length)).toEqual(server);
    expect(report.filter((line) => line === 'ok: is made at the first start')).toHaveLength(3);
    return report.slice(server.length).filter((line) => line !== 'ok: is made at the first start');
  }
  const first = { '001-orders': migrations['001-orders']! };

  it('names those of this release', async () => {
    expect(await reportOf(migrations)).toEqual(['ok: has the tables of this release (003-orders-by-time)']);
  });

  it('finds those that an earlier release made in another schema', async () => {
    const elsewhere = Object.fromEntries(Object.keys(migrations).map((name) => [name, later]));
    expect(await reportOf(elsewhere)).toEqual([
      storage.kind === 'postgres'
        ? expect.stringMatching(/^problem: has no tables, although its migrations have run/)
        : 'ok: has the tables of this release (003-orders-by-time)',
    ]);
  });

  it('warns of those of an earlier one, whose migrations will run', async () => {
    expect(await reportOf(first)).toEqual([
      'warning: has tables of an earlier release: 002-moves, 003-orders-by-time will run at the next start',
    ]);
  });

  it('warns of those of a later one, with which the service starts', async () => {
    expect(await reportOf({ ...migrations, '999-later': later })).toEqual([
      'warning: has tables of a later release (999-later): the service of this one starts and leaves them',
    ]);
  });

  it('finds those with which the service does not start', async () => {
    expect(await reportOf({ ...first, '999-later': later })).toEqual([
      expect.stringMatching(/^problem: has tables of another release \(001-orders, 999-later; this one has 001-/),
    ]);
  });
});

describe('npm run doctor, of Redis', () => {
  let redis: Awaited<ReturnType<typeof ownRedisForTests>>;
  beforeAll(async () => {
    redis = await ownRedisForTests();
  });
  afterAll(async () => {
    if (!('skip' in redis)) await redis.stop();
  });
  const reportOf = async (REDIS_URL: string) =>
    lines(await checkRedis({ environment: {}, config: loadConfig({ REDIS_URL }), data: undefined }));

  it('names its version, and warns of one that keeps nothing', async () => {
    if ('skip' in redis) return;
    expect(await reportOf(redis.url)).toEqual([
      expect.stringMatching(/^ok: answers, version \d+\.\d+\.\d+$/),
      'ok: evicts nothing (maxmemory-policy noeviction)',
      'warning: writes nothing to its disk: a restart loses sessions and jobs',
      expect.stringMatching(/^ok: agrees with that of Redis 127/),
    ]);
  });

  it('finds one that is too old', async () => {
    if ('skip' in redis) return;
    const { port } = new URL(redis.url);
    const old = createServer((client) => {
      const server = connect(Number(port), '127.0.0.1');
      client.pipe(server).on('error', () => client.destroy());
      server.on('data', (data) =>
        client.write(data.toString('latin1').replace(/redis_version:\d/, 'redis_version:6'), 'latin1'),
      );
      client.on('error', () => server.destroy()).on('close', () => server.destroy());
    });
    await once(old.listen(0, '127.0.0.1'), 'listening');
    const report = await reportOf(`redis://127.0.0.1:${(old.address() as AddressInfo).port}`);
    old.close();
    expect(report[0]).toMatch(/^problem: has version 6\.\d+\.\d+$/);
  });

  it.each(['info', 'eval'])('finds a user whose ACL denies %s', async (command) => {
    if ('skip' in redis) return;
    const client = await openRedis(redis.url, createLogger('spec', 'silent'), 2_000);
    await once(client, 'ready');
    await client.acl('SETUSER', 'ada', 'reset', 'on', '>pass', '~*', '&*', '+@all', `-${command}`);
    await closeRedis(client);
    expect(await reportOf(redis.url.replace('//', '//ada:pass@'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^problem: cannot be used: NOPERM this user has no permissions to run the '${command}' command`,
        ),
      ),
    ]);
  });

  it.each([
    ['keys', ['~app:*', '&*', '+@all'], 'GET, SET, DEL, HGET, ZREM, SMEMBERS, XREAD, EVALSHA, BZPOPMIN'],
    ['channels', ['~*', 'resetchannels', '+@all'], 'PUBLISH'],
    ['writes', ['~*', '&*', '+@all', '-@write'], 'SET, DEL, ZREM, BZPOPMIN'],
  ])('finds a user whose ACL denies it %s of the gateway', async (_, rules, refused) => {
    if ('skip' in redis) return;
    const client = await openRedis(redis.url, createLogger('spec', 'silent'), 2_000);
    await once(client, 'ready');
    await client.acl('SETUSER', 'ada', 'reset', 'on', '>pass', ...rules);
    const report = await reportOf(redis.url.replace('//', '//ada:pass@'));
    await client.acl(
      'SETUSER',
      'ada',
      'reset',
      'on',
      '>pass',
      '~atrium:*',
      '&atrium:*',
      '+@all',
      '-@dangerous',
      '+info',
    );
    const allowed = await reportOf(redis.url.replace('//', '//ada:pass@'));
    await closeRedis(client);
    expect(report).toContainEqual(
      expect.stringMatching(`^problem: refuses what the gateway sends \\(${refused}\\): NOPERM`),
    );
    expect(allowed.filter((line) => line.startsWith('problem'))).toEqual([]);
  });

  it('finds one that takes no writes for want of replicas, and changes nothing', async () => {
    if ('skip' in redis) return;
    const client = await openRedis(redis.url, createLogger('spec', 'silent'), 2_000);
    await once(client, 'ready');
    const before = await client.dbsize();
    await reportOf(redis.url);
    expect(await client.dbsize()).toBe(before);
    await client.config('SET', 'min-replicas-to-write', '1');
    const report = await reportOf(redis.url);
    await client.config('SET', 'min-replicas-to-write', '0');
    await closeRedis(client);
    expect(report).toContainEqual(
      expect.stringMatching(/^problem: refuses what the gateway sends \(SET, DEL, ZREM, BZPOPMIN\): NOREPLICAS/),
    );
  });

  it('finds a replica, and one that is full', async () => {
    if ('skip' in redis) return;
    const client = await openRedis(redis.url, createLogger('spec', 'silent'), 2_000);
    await once(client, 'ready');
    await client.call('REPLICAOF', '127.0.0.1', '1');
    await client.config('SET', 'maxmemory', '100000');
    const report = await reportOf(redis.url);
    await client.config('SET', 'maxmemory', '0');
    await client.call('REPLICAOF', 'NO', 'ONE');
    await closeRedis(client);
    expect(report).toContainEqual('problem: is a replica, which takes no writes: there are no logins and no jobs');
    expect(report).toContainEqual(expect.stringMatching(/^problem: uses \d+ % of its maxmemory/));
  });

  it('finds a node of a cluster, unless the address says that it is one', async () => {
    const cluster = await redisClusterForTests();
    if ('skip' in cluster) return;
    const asCluster = await reportOf(cluster.url);
    const asSingle = await reportOf(`redis://${/\/\/([^,]+)/.exec(cluster.url)![1]}`);
    await cluster.stop();
    const line = 'problem: is a node of a cluster: it refuses most keys';
    expect(asSingle).toContainEqual(line);
    expect(asCluster).toContainEqual(expect.stringMatching(/^ok: answers, version/));
    expect(asCluster).not.toContainEqual(line);
  });

  it('warns of one that writes snapshots alone', async () => {
    if ('skip' in redis) return;
    const client = await openRedis(redis.url, createLogger('spec', 'silent'), 2_000);
    await once(client, 'ready');
    await client.config('SET', 'save', '3600 1');
    const report = await reportOf(redis.url);
    await client.config('SET', 'save', '');
    await client.config('SET', 'appendonly', 'yes');
    const kept = await reportOf(redis.url);
    await client.config('SET', 'appendonly', 'no');
    await closeRedis(client);
    expect(report).toContainEqual(
      'warning: writes snapshots alone (save 3600 1): a crash loses the jobs since the last',
    );
    expect(kept).toContainEqual('ok: writes every command to its disk (appendonly yes)');
  });

  it('finds one that evicts', async () => {
    if ('skip' in redis) return;
    const client = await openRedis(redis.url, createLogger('spec', 'silent'), 2_000);
    await once(client, 'ready');
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await closeRedis(client);
    expect(await reportOf(redis.url)).toContainEqual(
      'problem: maxmemory-policy is allkeys-lru: when it is full it deletes sessions and jobs',
    );
  });
});
