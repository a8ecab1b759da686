import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { unhurried } from '#test/support/unhurried';
import type { Response } from 'supertest';

let shop: Shop;
let ada: Client;
const folder = mkdtempSync(join(tmpdir(), 'atrium-unhurried-'));

beforeAll(async () => {
  shop = await Shop.open(unhurried(folder));
  ada = await Client.of(shop, 'ada');
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
});

const GRAPHQL_TYPE = 'application/graphql-response+json';
const home =
  '{ home { user { name } recentOrders { id lines { quantity product { name } } } degraded { part } } }';
const cancel = 'mutation ($id: ID!) { cancelOrder(input: { id: $id }) { order { status } } }';

/** What of an answer is the same for the same question. */
function lasting({ status, headers, body }: Response) {
  const { date: _, 'x-request-id': __, 'server-timing': ___, 'content-length': ____, ...others } = headers;
  const kept = Object.entries(others).filter(([name]) => !name.startsWith('ratelimit') && name !== 'x-trace-id');
  const reported = JSON.stringify(body).replace(/"requestId":"[^"]+"/g, '"requestId":""');
  return { status, headers: Object.fromEntries(kept), body: JSON.parse(reported) as unknown };
}

describe('a document that comes as most do', () => {
  it.each([
    ['a screen', home, {}],
    [
      'lists cut short',
      '{ home { recentOrders(first: 1) { id } more: recentOrders(first: 3) { id } recommendations(first: 2) { id } } }',
      {},
    ],
    [
      'a list as long as a variable says',
      'query ($n: Int!) { product(id: "p1") { product { price { amountMinor } } related(first: $n) { id __typename } } }',
      { n: 2 },
    ],
    [
      'fragments',
      '{ home { ...H } } fragment H on Home { user { ...U } } fragment U on User { id avatarUrl }',
      {},
    ],
    ['a directive', '{ me { id name @skip(if: true) } }', {}],
    ['variables', 'query ($id: ID!) { product(id: $id) { id name } }', { id: 'p1' }],
    ['no such thing', '{ product(id: "nothing") { id } }', {}],
    ['several, one of which fails', '{ me { id } a: order(id: "nothing") { id } }', {}],
    ['an argument out of bounds', '{ orders(first: 0) { nodes { id } } }', {}],
    ['a variable that does not fit', 'query ($id: ID!) { product(id: $id) { id } }', { id: [] }],
    ['a mutation that fails', cancel, { id: 'nothing' }],
    ['a field that is not there', '{ nothing }', {}],
    ['no document', '{', {}],
    ['several operations, none of them named', 'query a { me { id } } query b { me { name } }', {}],
    ['the schema', '{ __schema { queryType { name } } }', {}],
  ])('is answered alike each time, and whatever extensions come with it: %s', async (_, query, variables) => {
    const extended = lasting(
      await ada.post('/graphql', { query, variables, extensions: { unknown: true } }, { accept: GRAPHQL_TYPE }),
    );
    for (let time = 0; time < 6; time += 1) {
      const answer = await ada.post('/graphql', { query, variables }, { accept: GRAPHQL_TYPE });
      expect(lasting(answer)).toEqual(extended);
    }
  });

  it.each([
    ['who is not known', '{ me { id } products { total } }'],
    ['who lacks a scope', home],
  ])('is refused as a whole: %s', async (_, query) => {
    const answer = await Client.anonymous(shop).post('/graphql', { query }, { accept: GRAPHQL_TYPE });
    expect([answer.status, Object.keys(answer.body as object)]).toEqual([401, ['errors']]);
  });

  it('runs the operation that is named, and no other', async () => {
    const query = 'query a { me { id } } query b { me { name } }';
    const names = async (operationName: string) =>
      (await ada.post('/graphql', { query, operationName })).body.data.me as object;
    expect([await names('a'), await names('b')]).toEqual([{ id: 'u1' }, { name: 'Ada Lovelace' }]);
  });
});
