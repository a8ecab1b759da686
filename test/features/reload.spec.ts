import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TokenIssuer } from '#libs/testing';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { breakerOf, reportOf } from '#test/support/operators';
import { Shop } from '#test/support/shop';
import request from 'supertest';

const folder = mkdtempSync(join(tmpdir(), 'atrium-reload-'));
const files = {
  UPSTREAMS_FILE: join(folder, 'upstreams.json'),
  SETTINGS_FILE: join(folder, 'settings.json'),
  ISSUERS_FILE: join(folder, 'issuers.json'),
};
function write(file: keyof typeof files, content: unknown): void {
  writeFileSync(`${files[file]}.new`, typeof content === 'string' ? content : JSON.stringify(content));
  renameSync(`${files[file]}.new`, files[file]);
}

const measured = { breaker: { mode: 'measure' } };
let shop: Shop;
let ada: Client;
let grace: Client;
let issuer: TokenIssuer;

beforeAll(async () => {
  issuer = await TokenIssuer.open();
  write('UPSTREAMS_FILE', { orders: measured });
  write('SETTINGS_FILE', { RATE_LIMIT_CUSTOMER: '5000/60' });
  write('ISSUERS_FILE', []);
  shop = await Shop.open({ ...files, RATE_LIMIT: 'on' });
  [ada, grace] = await Promise.all([Client.of(shop, 'ada'), Client.of(shop, 'grace')]);
});
afterAll(async () => {
  await shop?.close();
  await issuer?.close();
  rmSync(folder, { recursive: true });
});

const reload = (client = grace) =>
  request(shop.gateway.adminUrl).post('/admin/reload').set('authorization', `Bearer ${client.token}`);
const audits = (audit: string) => shop.logs.gateway.with({ audit });
const home = '/v1/home?fields=user.id';

describe('a reload', () => {
  it('is for operators alone', async () => {
    expect((await reload(ada)).status).toBe(403);
    expect((await grace.post('/admin/reload')).status).toBe(404);
  });

  it('of files that say the same changes nothing, and is no audit event', async () => {
    const { status, body } = await reload();
    expect([status, body]).toEqual([200, { changes: [], processes: 1 }]);
    expect(audits('settings.reloaded')).toEqual([]);
  });

  it('applies policies of upstreams at once; streams, breakers and counts stay', async () => {
    const stream = await Follower.open(`${shop.gateway.url}/v1/events/clock`);
    for (let i = 0; i < 3; i += 1) await ada.get('/v1/home?fields=recentOrders.id');
    const before = await breakerOf(shop, grace, 'ListRecentOrders');
    write('UPSTREAMS_FILE', { orders: { ...measured, timeoutMs: 987 }, users: { hedge: { mode: 'off' } } });
    const { body } = await reload();
    expect(body.changes).toEqual([
      'UPSTREAMS_FILE.orders.timeoutMs: 1500 → 987',
      'UPSTREAMS_FILE.users.hedge.mode: on → off',
    ]);
    const orders = (await reportOf(shop, grace)).find(({ name }) => name === 'orders')!;
    expect(orders.settings.timeoutMs).toBe(987);
    expect(await breakerOf(shop, grace, 'ListRecentOrders')).toEqual(before);
    expect(before.calls).toBeGreaterThan(0);
    const ticks = stream.all('tick').length;
    await stream.until('tick', ticks + 1);
    stream.close();
    const [audit] = audits('settings.reloaded');
    expect(audit).toMatchObject({ reason: 'request', changes: body.changes, requestId: expect.any(String) });
  });

  it('applies rates, and what has been spent is still spent', async () => {
    const { headers } = await ada.get(home);
    expect(headers['ratelimit-policy']).toBe('"customer";q=5000;w=60');
    write('SETTINGS_FILE', { RATE_LIMIT_CUSTOMER: '4000/60', MAX_STREAMS_PER_CALLER: 1, LOG_LEVEL: 'debug' });
    expect((await reload()).body.changes).toEqual([
      'LOG_LEVEL: info → debug',
      'MAX_STREAMS_PER_CALLER: 20 → 1',
      'RATE_LIMIT_CUSTOMER: 5000/60 → 4000/60',
    ]);
    const after = (await ada.get(home)).headers;
    expect(after['ratelimit-policy']).toBe('"customer";q=4000;w=60');
    expect(Number(/r=(\d+)/.exec(after['ratelimit']!)![1])).toBeLessThan(3999);
  });

  it('applies limits of streams to those that are opened later, and ends none', async () => {
    write('SETTINGS_FILE', { MAX_STREAMS_PER_CALLER: 2 });
    await reload();
    const open = () => Follower.open(`${shop.gateway.url}/v1/events`, ada.token);
    const [first, second] = [await open(), await open()];
    write('SETTINGS_FILE', { MAX_STREAMS_PER_CALLER: 1 });
    await reload();
    expect((await open()).status).toBe(429);
    write('SETTINGS_FILE', { MAX_STREAMS_PER_CALLER: 3 });
    await reload();
    const third = await open();
    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    let ended = 0;
    for (const one of [first, second, third]) void one.closed.then(() => (ended += 1));
    await ada.get(home);
    expect(ended).toBe(0);
    for (const one of [first, second, third]) one.close();
  });

  it('applies issuers: tokens of a new one are accepted, those of one that is removed are not', async () => {
    const token = issuer.token();
    const asPartner = () => request(shop.gateway.url).get('/v1/me').set('authorization', `Bearer ${token}`);
    expect((await asPartner()).status).toBe(401);
    write('ISSUERS_FILE', [{ ...issuer.settings, scopes: { customer: ['profile:read'] } }]);
    expect((await reload()).body.changes).toEqual([`ISSUERS_FILE: ${issuer.settings.issuer} is added`]);
    expect((await asPartner()).status).not.toBe(401);
    write('ISSUERS_FILE', [{ ...issuer.settings, scopes: { customer: [] } }]);
    expect((await reload()).body.changes).toEqual([`ISSUERS_FILE: ${issuer.settings.issuer}: scopes is changed`]);
    expect((await asPartner()).status).toBe(403);
    write('ISSUERS_FILE', []);
    await reload();
    expect((await asPartner()).status).toBe(401);
  });
});

describe('a reload of wrong files', () => {
  it('changes nothing, and says what is wrong where', async () => {
    write('SETTINGS_FILE', { RATE_LIMIT_CUSTOMER: 'lots', PORT: 1, MAX_QUEUED: 7 });
    write('UPSTREAMS_FILE', { orders: { timeoutMs: 0 }, users: { timeoutMs: 111 } });
    const refused = await reload();
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('VALIDATION_FAILED');
    const fields = (refused.body.errors as { field: string }[]).map(({ field }) => field);
    expect(fields.sort()).toEqual([
      'SETTINGS_FILE.PORT',
      'SETTINGS_FILE.RATE_LIMIT_CUSTOMER',
      'UPSTREAMS_FILE.orders.timeoutMs',
    ]);
    const report = await reportOf(shop, grace);
    expect(report.map(({ settings }) => settings.timeoutMs)).not.toContain(111);
    expect((await ada.get(home)).headers['ratelimit-policy']).not.toContain('lots');
    expect(audits('settings.refused').at(-1)).toMatchObject({ reason: 'request' });
    expect(shop.warnings('changed settings are refused: nothing was changed')).not.toEqual([]);
    write('SETTINGS_FILE', {});
  });

  it('names an upstream that there is not, and a file that is not JSON', async () => {
    write('UPSTREAMS_FILE', { invoices: {} });
    expect((await reload()).body.errors).toEqual([
      { field: 'UPSTREAMS_FILE.invoices', message: expect.stringContaining('the upstreams are') },
    ]);
    write('UPSTREAMS_FILE', '{');
    expect((await reload()).body.errors).toEqual([{ field: 'UPSTREAMS_FILE', message: 'the file is not JSON' }]);
    write('UPSTREAMS_FILE', {});
    expect((await reload()).status).toBe(200);
  });
});
