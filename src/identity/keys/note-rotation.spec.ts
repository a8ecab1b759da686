import { generateKeyPairSync } from 'node:crypto';
import { redisKeys } from '#gateway/config/redis-keys';
import { Audit } from '#gateway/identity/audit/audit';
import { createLogger } from '#libs/observe';
import { LogLines, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { KeySet } from './key-set.ts';
import { NoteRotation } from './note-rotation.ts';
import { SigningKey } from './signing-key.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;
const aKey = () => new SigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

onRedis('the rotation of keys', () => {
  const { url, stop } = server as { url: string; stop(): Promise<void> };
  const connections = redisConnections();
  const started: NoteRotation[] = [];
  afterEach(() => {
    for (const one of started.splice(0)) one.onApplicationShutdown();
  });
  afterAll(async () => {
    await connections.close();
    await stop();
  });

  /** A gateway that signs with a key, and its log. */
  async function signing(key: SigningKey) {
    const redis = await connections.connected(url);
    const log = new LogLines();
    const gateway = new NoteRotation(new KeySet(key), new Audit(createLogger('gateway', 'info', log)), redis);
    started.push(gateway);
    return { redis, log, start: () => gateway.onApplicationBootstrap() };
  }

  it('is written down, once for all gateways with the key', async () => {
    const key = aKey();
    const gateways = [await signing(key), await signing(key)];
    await gateways[0]!.redis.set(redisKeys.signingKey(), 'before');
    for (const { start } of gateways) start();
    // A look is at most two commands, and a connection answers in order: after two others all have looked.
    for (const _ of [1, 2]) await Promise.all(gateways.map(({ redis }) => redis.ping()));
    expect(gateways.flatMap(({ log }) => log.with({ audit: 'keys.rotated' }))).toHaveLength(1);
  });

  it('is written down where Redis did not answer in time', async () => {
    const { redis, log, start } = await signing(aKey());
    await redis.set(redisKeys.signingKey(), 'before');
    redis.options.commandTimeout = 50;
    // It is replaced after 300 ms, after the command has timed out.
    await redis.call('CLIENT', 'PAUSE', '300', 'WRITE');
    start();
    expect(await log.first({ audit: 'keys.rotated' })).toHaveProperty('keyId');
  });
});
