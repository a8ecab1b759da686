import { idempotencyKey } from '#gateway/declare/idempotency-key';
import { MoneyInput } from '#gateway/features/views/money.view';
import { type Asked, id, input } from '#libs/view';
import { z } from 'zod';

/** How many of what. */
export const OrderLineInput = input('OrderLineInput', {
  productId: id(),
  quantity: z.int().min(1).max(99),
});

const order = {
  lines: z.array(OrderLineInput.schema).min(1).max(50).check(eachProductOnce),
  expectedTotal: MoneyInput.schema.nullish(),
};

/** What is to be ordered, and for how much at most: a REST body, whose idempotency key is a header. */
export const PlaceOrderBody = input('PlaceOrderBody', order);

/** The same with the idempotency key, as GraphQL has it. */
export const PlaceOrderInput = input('PlaceOrderInput', { ...order, idempotencyKey: idempotencyKey.nullish() });

/** How many of which products. */
export type Lines = Asked<typeof PlaceOrderInput>['lines'];

function eachProductOnce({ value: lines, issues }: z.core.ParsePayload<{ productId: string }[]>): void {
  const seen = new Set<string>();
  lines.forEach(({ productId }, index) => {
    if (seen.has(productId)) {
      issues.push({
        code: 'custom',
        input: lines,
        path: [index, 'productId'],
        message: 'Must not be there twice',
      });
    }
    seen.add(productId);
  });
}
