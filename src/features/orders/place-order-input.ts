import { idempotencyKey } from '#gateway/declare/idempotency-key';
import { MoneyInput } from '#gateway/features/views/money.view';
import { type InputOf, id, input } from '#libs/view';
import { z } from 'zod';

/** A line of a new order. */
export const OrderLineInput = input('OrderLineInput', {
  productId: id(),
  quantity: z.int().min(1).max(99),
});

const order = {
  lines: z.array(OrderLineInput.schema).min(1).max(50).check(eachProductOnce),
  expectedTotal: MoneyInput.schema.nullish(),
};

/** The REST body of a new order, with its expected total; the idempotency key is a header. */
export const PlaceOrderBody = input('PlaceOrderBody', order);

/** The GraphQL input of a new order, with its idempotency key. */
export const PlaceOrderInput = input('PlaceOrderInput', { ...order, idempotencyKey: idempotencyKey.nullish() });

/** The lines of a new order. */
export type Lines = InputOf<typeof PlaceOrderInput>['lines'];

function eachProductOnce({ value: lines, issues }: z.core.ParsePayload<{ productId: string }[]>): void {
  const seen = new Set<string>();
  lines.forEach(({ productId }, index) => {
    if (seen.has(productId)) {
      issues.push({
        code: 'custom',
        input: lines,
        path: [index, 'productId'],
        message: 'Must not repeat another line',
      });
    }
    seen.add(productId);
  });
}
