import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RehearsalReport } from '#gateway/operations/rehearsal/rehearsal-report';
import { ownRedisForTests } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { unhurried } from '#test/support/unhurried';

const redis = await ownRedisForTests();
const folder = mkdtempSync(join(tmpdir(), 'atrium-rehearsal-'));
let shop: RealShop;
afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (!('skip' in redis)) await redis.stop();
});

/** As many customers open their home page, each once: calls of one customer would be coalesced. */
async function visit(customers: number): Promise<void> {
  const visits = Array.from({ length: customers }, (_, i) =>
    fetch(`${shop.url}/v1/home`, { headers: shop.access.of(`u${i + 1}`) }),
  );
  for (const answer of await Promise.all(visits)) expect(answer.status).toBe(200);
}

async function rehearse(policies: unknown, headers: Record<string, string> = shop.access.admin) {
  const answer = await fetch(`${shop.adminUrl}/admin/rehearse`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(policies),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as RehearsalReport & { errors: { field: string }[] },
  };
}

const sumOf = ({ upstreams }: RehearsalReport, of: 'was' | 'would', count: 'calls' | 'timedOut'): number =>
  upstreams.flatMap(({ methods }) => methods).reduce((sum, method) => sum + method[of][count], 0);

describe('POST /admin/rehearse', () => {
  beforeAll(async () => {
    shop = await RealShop.open(async () => unhurried(folder));
    await visit(20);
  });
  afterAll(() => shop.close());

  it('says what the calls of the last minutes would have become with other policies', async () => {
    const same = await rehearse({});
    expect([same.status, same.body.workers]).toEqual([200, 1]);
    expect(same.body.upstreams.map(({ name }) => name).sort()).toEqual(['orders', 'products', 'users']);
    expect(sumOf(same.body, 'was', 'calls')).toBeGreaterThanOrEqual(40);
    expect(sumOf(same.body, 'would', 'calls')).toBe(sumOf(same.body, 'was', 'calls'));
    const strict = { timeoutMs: 1, retry: { maxTries: 1 } };
    const { body } = await rehearse({ users: strict, orders: strict, products: strict });
    expect(sumOf(body, 'would', 'timedOut')).toBeGreaterThan(sumOf(body, 'was', 'timedOut') + 10);
    for (const { would } of body.upstreams.flatMap(({ methods }) => methods))
      expect(would.latencyMs['max']).toBeLessThanOrEqual(1.1);
  });

  it('names what is wrong with the policies', async () => {
    const fieldsOf = async (policies: unknown) => {
      const { status, body } = await rehearse(policies);
      return [status, ...body.errors.map(({ field }) => field)];
    };
    expect(await fieldsOf({ orders: { timeoutMs: 0 } })).toEqual([422, 'orders.timeoutMs']);
    expect(await fieldsOf({ orders: { breaker: { windows: 3 } } })).toEqual([400, 'orders.breaker.windows']);
    expect(await fieldsOf({ ordres: {} })).toEqual([422, 'ordres']);
    expect(await fieldsOf([])).toEqual([400, 'body']);
  });

  it('reads no TLS file that a request names', async () => {
    expect((await rehearse({ orders: { tls: { ca: '/etc/shadow' } } })).status).toBe(200);
  });

  it('is for admins', async () => {
    expect((await rehearse({}, {})).status).toBe(401);
    expect((await rehearse({}, shop.access.of('u1'))).status).toBe(403);
  });

  it('is asked by `npm run rehearse`, which prints both side by side', async () => {
    const { status, stdout, stderr } = await command({ orders: { timeoutMs: 1 } });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^orders ListRecentOrders +20 calls/m);
    expect(stdout).toMatch(/^ +timed out +0 +\d+$/m);
  });

  it('is asked by `npm run rehearse`, which says what is wrong', async () => {
    const wrong = await command({ orders: { timeoutMs: 0 } });
    expect([wrong.status, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain('orders.timeoutMs');
    const nobody = await command({}, { ADMIN_TOKEN: 'not-a-token' });
    expect([nobody.status, nobody.stderr]).toEqual([1, expect.stringContaining('401')]);
    expect(nobody.stderr).not.toContain('not-a-token');
  });
});

const withRedis = 'skip' in redis ? describe.skip : describe;
withRedis('POST /admin/rehearse of several workers', () => {
  it('rehearses the calls of all of them', async () => {
    shop = await RealShop.open(async () => ({
      ...unhurried(folder),
      WORKERS: '2',
      REDIS_URL: 'skip' in redis ? '' : redis.url,
    }));
    try {
      await visit(40);
      const { body } = await rehearse({});
      expect(body.workers).toBe(2);
      const methods = body.upstreams.flatMap((upstream) => upstream.methods);
      const orders = methods.find(({ method }) => method === 'ListRecentOrders')!;
      expect([orders.was.calls, orders.would.calls]).toEqual([40, 40]);
    } finally {
      await shop.close();
    }
  });
});

/** What the command does with these policies. */
async function command(policies: unknown, env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-rehearse-'));
  const file = join(folder, 'policies.json');
  writeFileSync(file, JSON.stringify(policies));
  const token = shop.access.admin.authorization.replace('Bearer ', '');
  const child = spawn(process.execPath, ['-C', 'atrium', 'tools/rehearse.ts', file, '--url', shop.adminUrl], {
    env: { ...process.env, ADMIN_TOKEN: token, ...env },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  rmSync(folder, { recursive: true });
  return { status: status as number, stdout, stderr };
}
