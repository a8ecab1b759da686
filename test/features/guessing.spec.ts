import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

let shop: Shop;
let anybody: Client;

beforeAll(async () => {
  shop = await Shop.open();
  anybody = Client.anonymous(shop);
});
afterAll(() => shop.close());

const codesOf = (body: { errors?: { extensions: { code: string } }[] }) =>
  (body.errors ?? []).map(({ extensions }) => extensions.code);

/** One document that tries so often. */
const tries = (many: number, field: (n: number) => string) =>
  anybody.graphql(`mutation { ${Array.from({ length: many }, (_, n) => `a${n}: ${field(n)}`).join(' ')} }`);

describe('guessing', () => {
  it('at a password in many aliases of one document is no way around: each counts as a guess of its own', async () => {
    const login = () => 'login(input: { email: "mary@example.com", password: "wrong" }) { tokenType }';
    const before = shop.logs.gateway.with({ audit: 'login.failed' }).length;
    const answers = [];
    for (let i = 0; i < 2; i += 1) answers.push(codesOf((await tries(20, login)).body));
    const refused = (count: number) => Array<string>(count).fill('RATE_LIMITED');
    expect(answers).toEqual([[...Array<string>(5).fill('UNAUTHENTICATED'), ...refused(15)], refused(20)]);
    expect(shop.logs.gateway.with({ audit: 'login.failed' }).length - before).toBe(5);
  });

  it('goes by the account, whichever door is tried', async () => {
    const guess = { email: 'linus@example.com', password: 'wrong' };
    for (let i = 0; i < 3; i += 1) expect((await anybody.post('/v1/auth/login', guess)).status).toBe(401);
    for (let i = 0; i < 2; i += 1) {
      await anybody.graphql(
        'mutation { login(input: { email: "linus@example.com", password: "wrong" }) { tokenType } }',
      );
    }
    const slowed = await anybody.post('/v1/auth/login', guess);
    expect([slowed.status, slowed.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await anybody.post('/bff/login', guess, { 'x-csrf': '1' })).status).toBe(429);
  });

  it('at refresh tokens is slowed down too, by refresh and by logout, alias by alias', async () => {
    const unknown = (n: number) => `input: { refreshToken: "${'x'.repeat(60)}${10_000 + n}" }`;
    const refresh = (n: number) => `refresh(${unknown(n)}) { tokenType }`;
    for (let i = 0; i < 10; i += 1) expect(codesOf((await tries(1, refresh)).body)).toEqual(['UNAUTHENTICATED']);
    for (let i = 0; i < 2; i += 1) {
      expect(codesOf((await tries(20, (n) => `logout(${unknown(n)}) { ok }`)).body)).toEqual([]);
    }
    expect(codesOf((await tries(1, refresh)).body)).toEqual(['RATE_LIMITED']);
  });
});

describe('the audit log', () => {
  it('has who logged in, who did not, who was denied, each with its request and no secret', async () => {
    const ids = { 'x-request-id': 'audit-1' };
    const ada = { email: 'ada@example.com', password: 'analytical-engine' };
    await anybody.post('/v1/auth/login', ada, ids);
    await anybody.post('/v1/auth/login', { ...ada, password: 'wrong' }, { 'x-request-id': 'audit-2' });
    await anybody.get('/v1/me', { authorization: 'Bearer a.b.c', 'x-request-id': 'audit-3' });
    const [ok, failed, denied] = await Promise.all([
      shop.logs.gateway.first({ audit: 'login.ok', requestId: 'audit-1' }),
      shop.logs.gateway.first({ audit: 'login.failed', requestId: 'audit-2' }),
      shop.logs.gateway.first({ audit: 'denied', requestId: 'audit-3' }),
    ]);
    expect(ok).toMatchObject({ userId: 'u1', kind: 'app', address: '127.0.0.1', level: 'info' });
    expect(failed).toMatchObject({ account: ok['account'], kind: 'app' });
    expect(denied).toMatchObject({ status: 401 });
    expect(JSON.stringify([ok, failed, denied])).not.toMatch(/ada@example|wrong/);
  });
});
