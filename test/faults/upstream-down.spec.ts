import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { gone } from '#libs/testing';
import { figure, Load } from '#test/faults/load';
import { type Demo, startDemo } from '#test/system/demo';

jest.setTimeout(60_000);

/** What a request may take by default, and what it may be late by. */
const DEADLINE_MS = 3_000 + 50;

interface Upstreams {
  upstreams: { name: string; methods: { method: string; breaker: { state: string } }[] }[];
}

let demo: Demo;
let load: Load;
let admin: string;

async function login(name: string): Promise<string> {
  const { email, password } = DEMO_ACCOUNTS.find((account) => account.email.startsWith(name))!;
  const answer = await fetch(`${demo.url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

async function breakerOfOrders(): Promise<string> {
  const answer = await fetch(`${demo.adminUrl}/admin/upstreams`, {
    headers: { authorization: `Bearer ${admin}` },
  });
  const { upstreams } = (await answer.json()) as Upstreams;
  const orders = upstreams.find(({ name }) => name === 'orders')!;
  return orders.methods.find(({ method }) => method === 'ListRecentOrders')!.breaker.state;
}

/** Milliseconds until `isSo`. */
async function until(isSo: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  while (!(await isSo()));
  return performance.now() - startedAt;
}

beforeAll(async () => {
  demo = await startDemo();
  admin = await login('grace');
  load = new Load(`${demo.url}/v1/home`, await login('ada'));
  await load.run(2_000);
});
afterAll(() => demo?.remove());

describe('orders stopped under load', () => {
  it('holds nobody beyond the deadline, is left alone, and is whole within two seconds of its return', async () => {
    const calm = await load.run(3_000);
    process.kill(demo.pids.orders, 'SIGSTOP');
    const during = await load.run(4_000);
    expect(new Set(during.statuses)).toEqual(new Set([200]));
    figure('stopped: the slowest answer', during.slowestMs, DEADLINE_MS);
    expect(await breakerOfOrders()).not.toBe('CLOSED');

    const open = await load.run(3_000);
    figure('stopped, breaker open: p50, above calm', open.p50Ms - calm.p50Ms, 50);
    process.kill(demo.pids.orders, 'SIGCONT');
    figure('continued: whole again', await until(async () => (await load.one()).degraded.length === 0), 2_000);
    figure(
      'continued: breaker closed',
      await until(async () => (await load.one(), await breakerOfOrders()) === 'CLOSED'),
      3_000,
    );
  });
});

describe('orders killed under load', () => {
  it('costs its part alone, and is whole within two seconds of its return', async () => {
    const calm = await load.run(3_000);
    process.kill(demo.pids.orders, 'SIGKILL');
    await gone(demo.pids.orders);
    const loaded = load.run(3_000);
    figure('killed: breaker open', await until(async () => (await breakerOfOrders()) !== 'CLOSED'), 1_000);
    const during = await loaded;
    expect(new Set(during.statuses)).toEqual(new Set([200]));
    expect(new Set(during.degraded)).toEqual(new Set(['recentOrders UNAVAILABLE']));
    figure('killed: p99, above calm', during.p99Ms - calm.p99Ms, 50);

    await demo.startAlone('orders');
    figure('started again: whole', await until(async () => (await load.one()).degraded.length === 0), 2_000);
  });
});
