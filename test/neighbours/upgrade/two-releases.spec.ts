import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { Follower } from '#test/support/follower';
import { describeWith } from '#test/support/neighbours/describe-with';
import { RealProcess } from '#test/support/process';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { previous, programs } from './programs.ts';

jest.setTimeout(120_000);

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };

interface Gateway {
  url: string;
  adminUrl: string;
  process: RealProcess;
}

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, string> & {
    product: { name: string };
    isEnded: boolean;
    state: string;
    result: { url: string };
  };
}

describeWith(programs.quick, 'a gateway of this release and one of the release before, on one Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-upgrade-'));
  const access = new Access();
  const processes: RealProcess[] = [];
  let redis: Exclude<Awaited<ReturnType<typeof ownRedisForTests>>, { skip: string }>;
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
    const shared = {
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
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Each direction once. */
  const pairs = (): [Gateway, Gateway][] => [
    [old, current],
    [current, old],
  ];

  async function send(url: string, path: string, token?: string, body?: object, key?: string): Promise<Answer> {
    const response = await fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text ? JSON.parse(text) : {}) as Answer['body'],
    };
  }
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

  it('run the jobs of each other, or leave them, and both show them', async () => {
    for (const [one, other] of pairs()) {
      const token = await logIn(one);
      const added = await send(one.url, '/v1/orders/exports', token, { format: 'CSV' });
      expect(added.status).toBe(202);
      let job: Answer['body'];
      do job = (await send(other.url, added.headers.get('location')!, token)).body;
      while (!job.isEnded);
      expect(job.state).toBe('COMPLETED');
      expect((await fetch(other.url + job.result.url)).status).toBe(200);
    }
  });

  it('log no error about what the other has left in Redis', () => {
    const faults = [old, current].flatMap(({ process }) =>
      process.log.lines.filter(({ level }) => Number(level) >= 50),
    );
    expect(faults).toEqual([]);
  });
});
