import { createHash, randomBytes } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { freePort, ownRedisForTests, s3ForTests } from '#libs/testing';
import { openObjectStorage, parseStorageUrl } from '#libs/object-storage';
import { PersonalFiles } from '#gateway/files/personal-files';
import { UploadStore } from '#gateway/files/uploads/upload-store';
import { Access } from '#test/support/access';
import { RealProcess } from '#test/support/process';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const redis = await ownRedisForTests();
const withRedis = 'skip' in redis ? describe.skip : describe;
const TUS = { 'tus-resumable': '1.0.0' };
const BYTES = { ...TUS, 'content-type': 'application/offset+octet-stream' };
const FILE = randomBytes(6_000_000);

withRedis('two gateways with one bucket of s3rver', () => {
  const access = new Access();
  const { url: redisUrl, stop: stopRedis } = redis as { url: string; stop(): Promise<void> };
  let s3: Awaited<ReturnType<typeof s3ForTests>>;
  let settings: NodeJS.ProcessEnv;
  const gateways: RealProcess[] = [];
  const ports: number[] = [];

  const start = async (given: NodeJS.ProcessEnv = {}) => {
    const port = await freePort();
    const gateway = await RealProcess.start('gateway', {
      ...settings,
      ...given,
      PORT: `${port}`,
      ADMIN_PORT: '0',
    });
    gateways.push(gateway);
    ports.push(port);
    await gateway.log.first({ msg: 'redis connected' });
  };
  beforeAll(async () => {
    s3 = await s3ForTests();
    settings = {
      RATE_LIMIT: 'off',
      REDIS_URL: redisUrl,
      REDIS_COMMAND_TIMEOUT_MS: '1000',
      JWT_PRIVATE_KEY: access.privateKey,
      STORAGE_URL: s3.url,
      STORAGE_ACCESS_KEY_ID: s3.accessKeyId,
      STORAGE_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
    await start();
    await start();
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.end()));
    await s3.stop();
    await stopRedis();
  });

  const begun = (at: number, method: string, path: string, headers: Record<string, string>): ClientRequest =>
    send({ port: ports[at], path, method, agent: false, headers: { ...access.of('u1'), ...headers } });
  const answerOf = async (request: ClientRequest, body?: Buffer) => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve).on('error', reject).end(body);
    });
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  };

  it('go on with the uploads of each other, one writer at a time', async () => {
    const created = await answerOf(
      begun(0, 'POST', '/v1/uploads/tus', { ...TUS, 'upload-length': `${FILE.length}` }),
    );
    const url = created.headers.location!;
    const first = begun(0, 'PATCH', url, { ...BYTES, 'upload-offset': '0', 'content-length': '5000000' });
    first.write(FILE.subarray(0, 4_500_000));
    const state = () => answerOf(begun(1, 'GET', url.replace('/tus', ''), {}));
    while ((await state()).status === 200);
    const empty = { ...BYTES, 'upload-offset': '0', 'content-length': '0' };
    const refused = await answerOf(begun(1, 'PATCH', url, empty));
    expect([refused.status, refused.headers['retry-after']]).toEqual([423, '1']);
    expect((await answerOf(first, FILE.subarray(4_500_000, 5_000_000))).status).toBe(204);
    const rest = { ...BYTES, 'upload-offset': '5000000', 'content-length': '1000000' };
    expect((await answerOf(begun(1, 'PATCH', url, rest), FILE.subarray(5_000_000))).status).toBe(204);

    const storage = await openObjectStorage(parseStorageUrl(s3.url)!, s3);
    const store = new UploadStore(storage, new PersonalFiles(storage));
    const { isComplete, parts } = (await store.find('u1', url.split('/').at(-1)!))!;
    const hash = createHash('sha256');
    for await (const chunk of store.contentOf(parts)) hash.update(chunk);
    await storage.close();
    expect([isComplete, hash.digest('hex')]).toEqual([true, createHash('sha256').update(FILE).digest('hex')]);
  });

  it('do not start beside a gateway with a folder of its own', async () => {
    const started = () => start({ STORAGE_URL: 'file:.data/files' }).then(() => 'started', String);
    let outcome = await started();
    // A start waits a second for Redis, which a busy machine may exceed.
    for (let tries = 1; outcome === 'started' && tries < 3; tries += 1) outcome = await started();
    expect(outcome).toContain('exit code 78');
  });
});
