import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { SettingsError } from '#libs/process';
import { upstreamSettings } from '#libs/upstream';
import { Client } from '#test/support/client';
import { breakerOf, reportOf } from '#test/support/operators';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import request from 'supertest';

const RECENT = '/v1/home?fields=user.id,recentOrders.id,degraded';
const folder = mkdtempSync(join(tmpdir(), 'atrium-upstreams-'));
const file = join(folder, 'upstreams.json');

let shop: Shop;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  writeFileSync(file, JSON.stringify({ orders: { timeoutMs: 900, breaker: { openMs: 200, rampMs: 100 } } }));
  shop = await Shop.open({ UPSTREAMS_FILE: file });
  [ada, grace] = await Promise.all([Client.of(shop, 'ada'), Client.of(shop, 'grace')]);
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

const atAdmin = (path: string, token = '') =>
  request(shop.gateway.adminUrl).get(path).set('authorization', `Bearer ${token}`);

describe('the settings of the upstreams', () => {
  it('are printed at start, with the addresses', async () => {
    const { upstreams } = (await shop.logs.gateway.first({ msg: 'listening' })) as Record<string, object[]>;
    const { orders, byDefault } = { orders: upstreams![1], byDefault: upstreamSettings.parse({}) };
    expect(upstreams![0]).toEqual({
      name: 'users',
      addresses: [expect.stringMatching(/^http/)],
      settings: byDefault,
    });
    const { breaker } = byDefault;
    const settings = { ...byDefault, timeoutMs: 900, breaker: { ...breaker, openMs: 200, rampMs: 100 } };
    expect(orders).toMatchObject({ name: 'orders', settings });
  });

  it('may name no upstream that there is not: the gateway does not start', async () => {
    writeFileSync(file, JSON.stringify({ users: {}, invoices: {}, order: {} }));
    const config = loadConfig({ UPSTREAMS_FILE: file });
    const failure = await createGateway(config, createLogger('gateway', 'silent')).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(SettingsError);
    expect(String(failure)).toMatch(/UPSTREAMS_FILE names invoices, order; the upstreams are .*users, orders/);
  });
});

describe('GET /admin/upstreams', () => {
  it('is for admins, at the admin port', async () => {
    expect((await atAdmin('/admin/upstreams')).status).toBe(401);
    expect((await atAdmin('/admin/upstreams', ada.token)).status).toBe(403);
    expect((await grace.get('/admin/upstreams')).status).toBe(404);
  });

  it('shows settings, addresses, and each method with its breaker and how long it takes', async () => {
    for (let i = 0; i < 40; i += 1) expect((await ada.get(RECENT)).body.degraded).toEqual([]);
    const [users, orders] = await reportOf(shop, grace);
    expect(users).toMatchObject({ name: 'users', inFlight: 0, queued: 0, settings: { timeoutMs: 1_500 } });
    expect(orders).toMatchObject({ name: 'orders', settings: { timeoutMs: 900, breaker: { openMs: 200 } } });
    expect(orders!.addresses).toEqual([
      expect.objectContaining({
        address: expect.stringMatching(/^127/),
        inFlight: 0,
        weight: 1,
        isEjected: false,
      }),
    ]);
    const recent = orders!.methods.find(({ method }) => method === 'ListRecentOrders')!;
    expect(recent.breaker).toMatchObject({ state: 'CLOSED', timesOpened: 0, failed: 0, slow: 0 });
    expect(recent.p50Ms).toBeGreaterThan(0);
    expect(recent.p95Ms).toBeGreaterThanOrEqual(recent.p50Ms!);
  });
});

describe('an answer', () => {
  it('says in Server-Timing how long each upstream took', async () => {
    const { headers } = await ada.get('/v1/home');
    const names = String(headers['server-timing'])
      .split(', ')
      .map((entry) => entry.split(';')[0]);
    expect(names.sort()).toEqual(['orders', 'products', 'users']);
    expect(headers['server-timing']).toMatch(/users;dur=\d+\.\d/);
    expect((await ada.get('/livez')).headers).not.toHaveProperty('server-timing');
  });
});

describe('a service that stops', () => {
  it('has its breaker opened within a few dozen requests, and closed again once it is back', async () => {
    const counted = 'upstream_breaker_open{upstream="orders",method="ListRecentOrders"}';
    await shop.stop('orders');
    for (let i = 0; i < 36; i += 1) {
      const { status, body } = await ada.get(RECENT);
      const degraded = [{ part: 'recentOrders', reason: 'UNAVAILABLE' }];
      expect({ status, body }).toEqual({
        status: 200,
        body: { user: { id: 'u1' }, recentOrders: null, degraded },
      });
    }
    const open = await breakerOf(shop, grace, 'ListRecentOrders');
    expect(open.state).not.toBe('CLOSED');
    expect(open.timesOpened).toBeGreaterThan(0);
    const { text } = await atAdmin('/metrics');
    expect(text).toContain(`${counted} 1`);
    expect(text).toMatch(
      /upstream_try_duration_seconds_count\{upstream="orders",method="ListRecentOrders",outcome="CIRCUIT_OPEN",kind="first"\} \d/,
    );

    await shop.start('orders');
    while ((await breakerOf(shop, grace, 'ListRecentOrders')).state !== 'CLOSED') await ada.get(RECENT);
    expect((await ada.get(RECENT)).body.degraded).toEqual([]);
    expect((await atAdmin('/metrics')).text).toContain(`${counted} 0`);
  });

  it('is refused with CIRCUIT_OPEN and Retry-After if it is required for the answer', async () => {
    await shop.stop('orders');
    let answer = await ada.get('/v1/orders');
    for (let i = 0; i < 36 && answer.status === 502; i += 1) answer = await ada.get('/v1/orders');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'CIRCUIT_OPEN', title: 'Circuit open' });
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.text).not.toContain('ListOrders');
    await shop.start('orders');
    await eventually(async () => (await ada.get('/v1/orders')).status === 200);
  });
});
