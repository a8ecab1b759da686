import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { aLine, type Given, keepsItsPromises, place } from './idempotency.fixture.ts';

let shop: Shop | undefined;
let given: Given;

beforeAll(async () => {
  shop = await Shop.open();
  const customer = await Client.newCustomer(shop, 'one@example.com');
  const another = await Client.newCustomer(shop, 'other@example.com');
  given = { shop, customer, another, lines: [await aLine(customer)] };
});
afterAll(() => shop?.close());

describe('an order with an idempotency key that is kept in memory', () => {
  keepsItsPromises(() => given);
});

describe('an idempotency key of an order', () => {
  it.each(['""', '"open', 'a, b', 'k'.repeat(101)])('is 400 where it is malformed: %s', async (key) => {
    const { status, body } = await place(given.customer, key, { lines: given.lines });
    expect({ status, code: body.code, field: body.errors[0].field }).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
      field: 'Idempotency-Key',
    });
  });

  it('is a header in REST, and no part of the body', async () => {
    const { customer, lines } = given;
    const { status, body } = await customer.post('/v1/orders', { lines, idempotencyKey: 'k' });
    expect({ status, field: body.errors[0].field }).toEqual({ status: 400, field: 'idempotencyKey' });
  });
});
