import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { unhurried } from '#test/support/unhurried';
import type { Response } from 'supertest';

let shop: Shop;
let ada: Client;
const folder = mkdtempSync(join(tmpdir(), 'atrium-unhurried-'));

beforeAll(async () => {
  shop = await Shop.open({
    ...unhurried(folder),
    RATE_LIMIT: 'on',
    RATE_LIMIT_ANONYMOUS: '4000/86400',
    RATE_LIMIT_CUSTOMER: '4000/86400',
    RATE_LIMIT_SEARCH: '4000/86400',
    RATE_LIMIT_LOGIN: '4000/86400',
  });
  ada = await Client.of(shop, 'ada');
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
});

const leftOf = ({ headers }: Response, policy: string) =>
  Number(new RegExp(`"${policy}";r=(\\d+)`).exec(String(headers['ratelimit']))?.[1]);

const aliases = (many: number, make: (n: number) => string): string =>
  Array.from({ length: many }, (_, n) => `a${n}: ${make(n)}`).join(' ');

/** What is left of the policy once what was reserved and not needed is given back. */
async function spentOn(policy: string, client: Client, send: () => Promise<Response>): Promise<number> {
  const probe = async () =>
    leftOf(
      policy === 'login'
        ? await client.post('/v1/auth/logout', { refreshToken: 'x' })
        : await client.get('/v1/me'),
      policy,
    );
  const before = await probe();
  await send();
  return before - (await probe()) - 1;
}

describe('what a variable has by default', () => {
  const items = '{ items { id price { amountMinor } } }';
  it.each([
    [
      'aliases',
      `query ($n: Int = 100) { ${aliases(12, (n) => `products(page: ${n + 1}, pageSize: $n) ${items}`)} }`,
    ],
    [
      'a fragment at the root',
      `query ($n: Int = 100) { ...R } fragment R on Query { ${aliases(12, (n) => `products(page: ${n + 1}, pageSize: $n) ${items}`)} }`,
    ],
  ])('is estimated as if it had been given: %s', async (_, query) => {
    for (const variables of [undefined, {}, { n: 100 }]) {
      const { status, body } = await ada.graphql(query, variables);
      expect([status, body.errors[0].extensions.code]).toEqual([400, 'GRAPHQL_TOO_EXPENSIVE']);
    }
    expect((await ada.graphql(query, { n: 1 })).status).toBe(200);
  });

  it('may not be a page that is too large', async () => {
    const query = 'query ($n: Int = 1000) { products(pageSize: $n) { items { id } } }';
    expect((await ada.graphql(query)).body.errors[0].extensions.code).toBe('GRAPHQL_PAGE_TOO_LARGE');
  });
});

describe('a use case costs the same by GraphQL as by REST', () => {
  const { email, password } = DEMO_ACCOUNTS.find((account) => account.email.startsWith('grace'))!;
  const login = () => `login(input: { email: "${email}", password: "${password}" }) { tokenType }`;
  const many = aliases(20, login);

  it.each([
    ['one after the other', undefined],
    ['by aliases', `mutation { ${many} }`],
    ['in a fragment', `mutation { ...F } fragment F on Mutation { ${many} }`],
    [
      'in an inline fragment, under a condition',
      `mutation ($a: Boolean = true) { ... on Mutation @include(if: $a) { ${many} } }`,
    ],
    [
      'in fragments of fragments',
      `mutation { ...F } fragment F on Mutation { ...G } fragment G on Mutation { ${many} }`,
    ],
  ])('20 logins %s', async (_, query) => {
    const anybody = Client.anonymous(shop);
    const spent = await spentOn('login', anybody, async () => {
      if (query) return anybody.graphql(query);
      let last!: Response;
      for (let n = 0; n < 20; n += 1) last = await anybody.post('/v1/auth/login', { email, password });
      return last;
    });
    // One comes back every 22 seconds.
    expect(spent).toBeGreaterThan(20 * 2 - 4);
    expect(spent).toBeLessThanOrEqual(20 * 2);
  });

  it.each([
    ['/v1/home', '{ home { user { name } } }', 4],
    ['/v1/orders?first=1', '{ orders(first: 1) { nodes { id } } }', 2],
    ['/v1/products/p1', '{ product(id: "p1") { product { name } } }', 3],
    ['/v1/products/p1', '{ node(id: "p1") { id } }', 3],
    ['/v1/me', '{ me { name } }', 1],
  ])('%s', async (path, query, cost) => {
    expect(await spentOn('customer', ada, async () => ada.get(path))).toBe(cost);
    expect(await spentOn('customer', ada, async () => ada.graphql(query))).toBe(cost);
  });

  it('and nothing for what a condition leaves out', async () => {
    const query = 'query ($all: Boolean!) { me { name } home @include(if: $all) { user { name } } }';
    expect(await spentOn('customer', ada, () => ada.graphql(query, { all: false }))).toBe(1);
    expect(await spentOn('customer', ada, () => ada.graphql(query, { all: true }))).toBe(5);
  });
});
