import { once } from 'node:events';
import { ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
const access = new Access();
let shop: RealShop;
beforeAll(async () => {
  if ('skip' in redis) return;
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({
    WORKERS: '2',
    REDIS_URL: redis.url,
    JWT_PRIVATE_KEY: access.privateKey,
    DRAIN_MS: '0',
    HEAP_SNAPSHOTS: 'on',
    ...nowhere,
  });
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

/** Over a connection of its own, so that the workers take turns. */
const send = (path: string, options: RequestInit = {}) =>
  fetch(shop.adminUrl + path, {
    ...options,
    headers: { ...access.admin, connection: 'close', ...(options.headers as object) },
  });
const take = (body: object) =>
  send('/admin/profiles', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const listed = async () => {
  const { workers: all } = (await (await send('/admin/workers')).json()) as { workers: { pid: number }[] };
  return all.map(({ pid }) => pid);
};

/** The workers, once each of them has heard of the other: they take turns to answer. */
async function workers(): Promise<number[]> {
  for (;;) {
    const lists = [await listed(), await listed(), await listed(), await listed()];
    if (lists.every(({ length }) => length === 2)) return lists[0]!;
  }
}

onRedis('a profile of one of several workers', () => {
  it('is of the one that it names, whichever gets the request', async () => {
    const pids = await workers();
    for (const pid of pids) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => take({ kind: 'cpu', seconds: 2, pid })));
      const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<Record<string, unknown>>));
      const taken = bodies.filter(({ nodes }) => Array.isArray(nodes));
      expect(taken).toHaveLength(1);
      // The process that refuses names itself.
      const refused = bodies.filter(({ code }) => code === 'CONFLICT').map(({ detail }) => detail);
      expect(refused).toEqual(
        Array.from({ length: 3 }, () => `Another profile of process ${pid} is being taken: one at a time.`),
      );
      await shop.gateway.log.first({ audit: 'profile.taken', profile: 'cpu', pid });
    }
  });

  it('is taken of two workers at once', async () => {
    const pids = await workers();
    const answers = await Promise.all(pids.map((pid) => take({ kind: 'allocations', seconds: 1, pid })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    for (const answer of answers) expect(await answer.json()).toHaveProperty('head');
  });

  it('ends with its client, so that the next one can begin', async () => {
    const pids = await workers();
    for (const pid of pids) {
      const gone = new AbortController();
      const body = JSON.stringify({ kind: 'cpu', seconds: 60, pid });
      const headers = { 'content-type': 'application/json' };
      const { log } = shop.gateway;
      const begun = () => log.with({ audit: 'profile.taken', profile: 'cpu', pid }).length;
      const before = begun();
      const first = send('/admin/profiles', { method: 'POST', headers, body, signal: gone.signal });
      while (begun() === before) await once(log, 'line');
      expect((await take({ kind: 'cpu', seconds: 1, pid })).status).toBe(409);
      gone.abort();
      await expect(first.then((answer) => answer.text())).rejects.toThrow();
      while ((await take({ kind: 'cpu', seconds: 1, pid })).status === 409);
    }
  });

  it('can be a snapshot of its heap', async () => {
    for (const pid of await workers()) {
      const answer = await take({ kind: 'heap', pid });
      expect([answer.status, answer.headers.get('content-disposition')]).toEqual([
        200,
        expect.stringContaining('.heapsnapshot"'),
      ]);
      expect(await answer.json()).toMatchObject({ snapshot: { node_count: expect.any(Number) } });
    }
  });

  it('is requested on a page that lists the workers, and names the one in its result', async () => {
    const pids = await workers();
    const form = await (await send('/admin/ui/profiles', { headers: { accept: 'text/html' } })).text();
    for (const pid of pids) {
      expect(form).toContain(`<option value="${pid}"`);
      const answer = await send('/admin/ui/profiles', {
        method: 'POST',
        headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
        body: `kind=cpu&seconds=1&pid=${pid}`,
      });
      const page = await answer.text();
      expect(page).toContain(`Process ${pid} is profiled`);
      expect(page).toMatch(/<svg\s+class="flame"/);
    }
  });

  it('is refused for a process of nobody, by name', async () => {
    const answer = await take({ kind: 'cpu', seconds: 1, pid: 1 });
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      { errors: [{ field: 'pid', message: expect.stringContaining('Must be a process of this gateway') }] },
    ]);
  });
});
