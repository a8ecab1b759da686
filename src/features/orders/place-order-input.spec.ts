import { describe, expect, it } from '@jest/globals';
import { check } from '#libs/view';
import { PlaceOrderBody, PlaceOrderInput } from './place-order-input.ts';

const line = { productId: 'p1', quantity: 1 };
const lines = (count: number) => Array.from({ length: count }, (_, i) => ({ productId: `p${i}`, quantity: 1 }));

describe('the input of an order', () => {
  it.each([
    { lines: [line] },
    { lines: lines(50) },
    { lines: [{ productId: 'p1', quantity: 99 }] },
    { lines: [line], expectedTotal: { amountMinor: 0, currency: 'USD' }, idempotencyKey: 'k' },
    { lines: [line], expectedTotal: null, idempotencyKey: null },
  ])('may be %j', (question) => {
    expect(check(PlaceOrderInput.schema, question)).toEqual(question);
  });

  it.each([
    [{ lines: [] }, 'VALIDATION_FAILED', 'lines'],
    [{ lines: lines(51) }, 'VALIDATION_FAILED', 'lines'],
    [{ lines: [line, { productId: 'p2', quantity: 1 }, line] }, 'VALIDATION_FAILED', 'lines.2.productId'],
    [{ lines: [{ productId: 'p1', quantity: 0 }] }, 'VALIDATION_FAILED', 'lines.0.quantity'],
    [{ lines: [{ productId: 'p1', quantity: 100 }] }, 'VALIDATION_FAILED', 'lines.0.quantity'],
    [{ lines: [{ productId: 'p1', quantity: -1 }] }, 'VALIDATION_FAILED', 'lines.0.quantity'],
    [{ lines: [{ productId: 'p1', quantity: '1' }] }, 'BAD_REQUEST', 'lines.0.quantity'],
    [{ lines: [{ productId: 7, quantity: 1 }] }, 'BAD_REQUEST', 'lines.0.productId'],
    [{ lines: [{ productId: 'p1' }] }, 'BAD_REQUEST', 'lines.0.quantity'],
    [{ lines: [{ ...line, price: 1 }] }, 'BAD_REQUEST', 'lines.0.price'],
    [{ lines: [line], coupon: 'x' }, 'BAD_REQUEST', 'coupon'],
    [{ lines: [line], idempotencyKey: '' }, 'VALIDATION_FAILED', 'idempotencyKey'],
    [{ lines: [line], idempotencyKey: 'k'.repeat(101) }, 'VALIDATION_FAILED', 'idempotencyKey'],
    [{ lines: [line], idempotencyKey: 'a\nb' }, 'VALIDATION_FAILED', 'idempotencyKey'],
    [
      { lines: [line], expectedTotal: { amountMinor: 1, currency: 'usd' } },
      'VALIDATION_FAILED',
      'expectedTotal.currency',
    ],
    [
      { lines: [line], expectedTotal: { amountMinor: '1', currency: 'USD' } },
      'BAD_REQUEST',
      'expectedTotal.amountMinor',
    ],
    [{}, 'BAD_REQUEST', 'lines'],
    [null, 'BAD_REQUEST', 'body'],
    [[line], 'BAD_REQUEST', 'body'],
  ])('cannot be %j: %s on %s', (question, code, field) => {
    expect(() => check(PlaceOrderInput.schema, question)).toThrow(
      expect.objectContaining({ code, errors: [expect.objectContaining({ field })] }),
    );
  });

  it('has no idempotency key in a REST body, where it is a header', () => {
    const order = { lines: [line], expectedTotal: null };
    expect(check(PlaceOrderBody.schema, order)).toEqual(order);
    expect(() => check(PlaceOrderBody.schema, { ...order, idempotencyKey: 'k' })).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        errors: [expect.objectContaining({ field: 'idempotencyKey' })],
      }),
    );
  });
});
