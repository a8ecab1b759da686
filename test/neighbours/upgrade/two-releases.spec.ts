import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisKeys } from '#gateway/config/redis-keys';
import { jobKind, JobQueueBullmq } from '#libs/jobs';
import { freePort, ownRedisForTests, redisConnections } from '#libs/testing';
import { Access } from '#test/support/access';
import { Browser } from '#test/support/browser';
import { Follower } from '#test/support/follower';
import { describeWith } from '#test/support/neighbours/describe-with';
import { RealProcess } from '#test/support/process';
import { ConfiguredProvider } from '#test/support/provider-shop';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { previous, programs } from './programs.ts';
import { type Answer, type Gateway, send } from './gateways.ts';

jest.setTimeout(120_000);

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };

describeWith(programs.quick, 'a gateway of this release and one of the release before, on one Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-upgrade-'));
  const access = new Access();
  const processes: RealProcess[] = [];
  let redis: Exclude<Awaited<ReturnType<typeof ownRedisForTests>>, { skip: string }>;
  let oidc: ConfiguredProvider;
  let old: Gateway;
  let current: Gateway;

  async function started(environment: NodeJS.ProcessEnv, cwd?: string): Promise<Gateway> {
    const [port, admin] = [await freePort(), await freePort()];
    const gateway = await RealProcess.start(
      'gateway',
      { ...environment, PORT: `${port}`, ADMIN_PORT: `${admin}` },
      { cwd },
    );
    processes.push(gateway);
    await gateway.log.first({ msg: 'redis connected' });
    return { url: `http://127.0.0.1:${port}`, adminUrl: `http://127.0.0.1:${admin}`, process: gateway };
  }

  beforeAll(async () => {
    redis = (await ownRedisForTests()) as typeof redis;
    const ports = { users: await freePort(), orders: await freePort(), products: await freePort() };
    // Services before gateways, as docs/upgrade.md has it.
    for (const [name, port] of Object.entries(ports))
      processes.push(
        await RealProcess.start(name as keyof typeof ports, { PORT: `${port}`, DATA_DIR: join(folder, 'data') }),
      );
    oidc = await ConfiguredProvider.open();
    const shared = {
      ...oidc.environment,
      REDIS_URL: redis.url,
      REDIS_COMMAND_TIMEOUT_MS: '1000',
      // A budget that refills slowly: what is spent at one is seen at the other.
      RATE_LIMIT_CUSTOMER: '2000/86400',
      JWT_PRIVATE_KEY: access.privateKey,
      USERS_URL: `http://127.0.0.1:${ports.users}`,
      ORDERS_URL: `127.0.0.1:${ports.orders}`,
      PRODUCTS_URL: `127.0.0.1:${ports.products}`,
      STORAGE_URL: `file:${join(folder, 'files')}`,
    };
    old = await started(shared, previous.path);
    current = await started(shared);
  });
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.end()));
    await oidc?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Each direction once. */
  const pairs = (): [Gateway, Gateway][] => [
    [old, current],
    [current, old],
  ];

  const logIn = async (at: Gateway): Promise<string> =>
    (await send(at.url, '/v1/auth/login', undefined, ADA)).body['accessToken']!;
  const bearer = (userId: string, ...scopes: string[]) =>
    access.of(userId, ...scopes).authorization.replace('Bearer ', '');

  it('accept the sessions of each other, and end them', async () => {
    for (const [one, other] of pairs()) {
      const { body } = await send(one.url, '/v1/auth/login', undefined, ADA);
      expect((await send(other.url, '/v1/me', body['accessToken'])).status).toBe(200);
      const refreshed = await send(other.url, '/v1/auth/refresh', undefined, {
        refreshToken: body['refreshToken'],
      });
      expect((await send(one.url, '/v1/me', refreshed.body['accessToken'])).status).toBe(200);
      const { refreshToken, accessToken } = refreshed.body;
      await send(one.url, '/v1/auth/logout', undefined, { refreshToken });
      while ((await send(other.url, '/v1/me', accessToken)).status !== 401);
    }
  });

  it('answer the same, whatever the other has cached', async () => {
    for (const [one, other] of pairs()) {
      const path = `/v1/products/${one === old ? 'p1' : 'p2'}`;
      const answers = [await send(one.url, path), await send(other.url, path), await send(one.url, path)];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(answers[1]!.body.product.name).toBe(answers[0]!.body.product.name);
      expect(answers[2]!.body).toEqual(answers[0]!.body);
    }
  });

  it('spend the same budgets of callers', async () => {
    const left = async (at: Gateway, token: string) =>
      Number(/r=(\d+)/.exec((await send(at.url, '/v1/me', token)).headers.get('ratelimit') ?? '')![1]);
    for (const [one, other] of pairs()) {
      const token = await logIn(one);
      const before = await left(one, token);
      expect(await left(other, token)).toBeLessThan(before);
    }
  });

  it('hear the events of each other', async () => {
    for (const [one, other] of pairs()) {
      const follower = await Follower.open(`${other.url}/v1/events`, bearer('u1'));
      const message = `from ${one === old ? 'the old' : 'the new'} one`;
      await send(one.adminUrl, '/admin/broadcast', bearer('u2', 'admin'), { message });
      const heard = await follower.untilOne(({ event }) => event === 'broadcast');
      expect(JSON.stringify(heard.data)).toContain(message);
      follower.close();
    }
  });

  it('repeat the answer to an idempotent order, and place it once', async () => {
    for (const [one, other] of pairs()) {
      const token = await logIn(one);
      const key = `upgrade-${one === old ? 'old' : 'new'}`;
      const order = { lines: [{ productId: 'p1', quantity: 1 }] };
      const [first, again] = [
        await send(one.url, '/v1/orders', token, order, key),
        await send(other.url, '/v1/orders', token, order, key),
      ];
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body['id']).toBe(first.body['id']);
    }
  });

  /** A job that is added at one, followed at the other, and its file read there. */
  async function exported(one: Gateway, other: Gateway): Promise<void> {
    const token = await logIn(one);
    const added = await send(one.url, '/v1/orders/exports', token, { format: 'CSV' });
    expect(added.status).toBe(202);
    let job: Answer['body'];
    do job = (await send(other.url, added.headers.get('location')!, token)).body;
    while (!job.isEnded);
    expect(job.state).toBe('COMPLETED');
    expect((await fetch(other.url + job.result.url)).status).toBe(200);
  }

  it('run the jobs of each other, or leave them, and both show them', async () => {
    for (const [one, other] of pairs()) await exported(one, other);
  });

  it('leave a job of a kind that neither knows to a release that knows it', async () => {
    const connections = redisConnections();
    const options = { prefix: redisKeys.jobs(), leaseMs: 30_000, keepMs: 3_600_000, onError: () => {} };
    const kinds = [jobKind({ name: 'release.next' })];
    const next = await JobQueueBullmq.open(kinds, { redis: await connections.connected(redis.url), ...options });
    const { job } = await next.add('release.next', null, { owner: 'u1', id: 'of-the-next-release' });
    // Those that they know run meanwhile.
    for (const gateway of [old, current]) await exported(gateway, gateway);
    expect((await next.find(job.id))!.state).toBe('WAITING');
    next.start(async () => null);
    while ((await next.find(job.id))!.state !== 'COMPLETED');
    await next.close(1_000);
    await connections.close();
  });

  it('accept the API keys of each other, until the other deletes them', async () => {
    for (const [one, other] of pairs()) {
      const admin = bearer('u2', 'admin');
      const key = { name: 'Warehouse', scopes: ['orders:read'] };
      const { status, body } = await send(one.adminUrl, '/admin/api-keys', admin, key);
      expect(status).toBe(201);
      const use = async (at: Gateway) =>
        (await fetch(`${at.url}/v1/orders`, { headers: { 'x-api-key': body['key']! } })).status;
      expect([await use(one), await use(other)]).toEqual([200, 200]);
      const gone = await fetch(`${other.adminUrl}/admin/api-keys/${body['id']}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${admin}` },
      });
      expect(gone.status).toBe(204);
      while ((await use(one)) !== 401);
    }
  });

  it('finish the logins at the provider that the other has begun', async () => {
    for (const [one, other] of pairs()) {
      const [here, there] = [new Browser(one.url), new Browser(other.url)];
      const away = await here.visit('/bff/login?returnTo=/a');
      for (const [name, value] of here.cookies) there.cookies.set(name, value);
      const back = await there.comeBack(String(away.headers['location']));
      expect([back.status, back.headers['location']]).toEqual([303, '/a']);
      expect((await there.get('/bff/session')).status).toBe(200);
      for (const [name, value] of there.cookies) here.cookies.set(name, value);
      expect((await here.get('/bff/session')).status).toBe(200);
    }
  });

  it('go on with the uploads of each other', async () => {
    for (const [one, other] of pairs()) {
      const headers = { ...access.of('u1'), 'tus-resumable': '1.0.0' };
      const created = await fetch(`${one.url}/v1/uploads/tus`, {
        method: 'POST',
        headers: { ...headers, 'upload-length': '6' },
      });
      expect(created.status).toBe(201);
      const { pathname } = new URL(created.headers.get('location')!, one.url);
      const append = (at: Gateway, offset: number, body: string) =>
        fetch(at.url + pathname, {
          method: 'PATCH',
          headers: { ...headers, 'content-type': 'application/offset+octet-stream', 'upload-offset': `${offset}` },
          body,
        });
      expect((await append(one, 0, 'abc')).status).toBe(204);
      const state = await fetch(other.url + pathname, { method: 'HEAD', headers });
      expect([state.status, state.headers.get('upload-offset')]).toEqual([200, '3']);
      expect((await append(other, 3, 'def')).status).toBe(204);
      const end = await fetch(one.url + pathname, { method: 'HEAD', headers });
      expect(end.headers.get('upload-offset')).toBe('6');
    }
  });

  it('count the failed logins of an account together', async () => {
    for (const [one, other] of pairs()) {
      const guess = { email: `${one === old ? 'first' : 'second'}@example.com`, password: 'wrong' };
      const statuses = [];
      for (const at of [one, one, one, one, one, other])
        statuses.push((await send(at.url, '/v1/auth/login', undefined, guess)).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    }
  });

  it('log no error about what the other has left in Redis', () => {
    const faults = [old, current].flatMap(({ process }) =>
      process.log.lines.filter(({ level }) => Number(level) >= 50),
    );
    expect(faults).toEqual([]);
  });
});
