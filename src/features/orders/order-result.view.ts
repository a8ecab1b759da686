import { ListSize } from '#gateway/declare/list-size';
import { type ErrorCode, GatewayError } from '#libs/errors';
import { enumeration, Shown, type ValueOf, View } from '#libs/view';
import { createUnionType, ID, Int } from '@nestjs/graphql';
import { OrderView } from './order.view.ts';

/** Why an order was refused. */
export const RefusalCode = enumeration(
  'RefusalCode',
  ['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'NOT_CANCELLABLE'],
  'Why an order was refused.',
);

/** Why an order was refused. */
export type RefusalCode = ValueOf<typeof RefusalCode> & ErrorCode;

/** A line that was refused. */
@View('RefusedLine')
export class RefusedLineView {
  @Shown(() => ID)
  productId!: string;

  @Shown(() => Int)
  requested!: number;

  @Shown(() => Int, { nullable: true, description: 'How many there are; null for an unknown product.' })
  available!: number | null;
}

/** It was done. */
@View('OrderAccepted')
export class OrderAcceptedView {
  @Shown(() => OrderView)
  order!: OrderView;
}

/** It was refused, as a client should expect it may be. */
@View('OrderRefused')
export class OrderRefusedView {
  @Shown(() => RefusalCode)
  code!: RefusalCode;

  @Shown(() => String)
  message!: string;

  @ListSize({ assumedSize: 3 })
  @Shown(() => [RefusedLineView])
  lines!: RefusedLineView[];
}

/** What comes of placing or cancelling an order. */
export type OrderResult = OrderAcceptedView | OrderRefusedView;

/** The same as a GraphQL union. */
export const OrderResultUnion = createUnionType({
  name: 'OrderResult',
  types: () => [OrderAcceptedView, OrderRefusedView] as const,
  resolveType: (result: OrderResult) => ('order' in result ? OrderAcceptedView : OrderRefusedView),
});

/** A refusal. */
export function refused(code: RefusalCode, message: string, lines: RefusedLineView[] = []): OrderRefusedView {
  return { code, message, lines };
}

/** The order, where REST answers with it. @throws {GatewayError} the refusal: a 409 with its code and lines */
export function orderIn(result: OrderResult): OrderView {
  if ('order' in result) return result.order;
  const { code, message, lines } = result;
  throw new GatewayError(code, { detail: message, members: { lines } });
}
