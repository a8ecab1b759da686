import { readFileSync, writeFileSync } from 'node:fs';
import { type ApiExample } from '#gateway/declare/api-info';
import { ANSWERS } from '#gateway/features/views/answer-examples';
import { EXAMPLES } from '#gateway/features/examples';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** The requests whose answers are the examples, by `operationId`. */
const READS = {
  getHome: '/v1/home',
  getMe: '/v1/me',
  getOrder: '/v1/orders/o8000',
  getProductPage: '/v1/products/p1',
  listOrders: '/v1/orders?first=1',
  listProducts: '/v1/products?pageSize=1',
  view_web_home: '/v1/views/web/home',
} as const;

const FILE = 'src/features/views/answer-examples.ts';

let shop: Shop;
let ada: Client;
beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop?.close());

describe('the examples of the documents', () => {
  it('are what the demo answers (WRITE_EXAMPLES=1 writes them)', async () => {
    const answers = await Promise.all(
      Object.entries(READS).map(async ([id, path]): Promise<[string, ApiExample]> => {
        const { status, body } = await ada.get(path);
        expect([id, status]).toEqual([id, 200]);
        return [id, { answer: shortened(body) }];
      }),
    );
    const now = Object.fromEntries(answers);
    if (process.env['WRITE_EXAMPLES'] === '1') return write(now);
    expect(ANSWERS).toEqual(now);
  });

  it.each([
    ['placeOrder', '/v1/orders', 201],
    ['writeReview', '/v1/products/p1/reviews', 200],
  ])('are bodies that the demo accepts: %s', async (id, path, status) => {
    const { request } = EXAMPLES[id]!;
    expect(await ada.post(path, request as object)).toMatchObject({ status });
  });
});

/** A value with the first element of each list. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shortened(one)]));
}

function write(examples: Record<string, ApiExample>): void {
  const text = readFileSync(FILE, 'utf8');
  const sorted = Object.fromEntries(Object.entries(examples).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(
    FILE,
    text.replace(/= \{[^]*\};\n$/, () => `= ${JSON.stringify(sorted, null, 2)};\n`),
  );
}
