import { ListSize } from '#gateway/declare/list-size';
import { type ErrorCode, GatewayError } from '#libs/errors';
import { enumeration, ViewField, type ValueOf, View } from '#libs/view';
import { createUnionType, ID, Int } from '@nestjs/graphql';
import { OrderView } from './order.view.ts';

/** The codes of refusals. */
const RefusalCode = enumeration(
  'RefusalCode',
  ['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'NOT_CANCELLABLE'],
  'Why an order was refused.',
);

/** The code of a refusal; each is an error code of the catalogue, too. */
export type RefusalCode = ValueOf<typeof RefusalCode> & ErrorCode;

/** A refused line. */
@View('RefusedLine')
export class RefusedLineView {
  @ViewField(() => ID)
  productId!: string;

  @ViewField(() => Int)
  requested!: number;

  @ViewField(() => Int, { nullable: true, description: 'The quantity in stock; null for an unknown product.' })
  available!: number | null;
}

/** The order was placed or cancelled. */
@View('OrderAccepted')
export class OrderAcceptedView {
  @ViewField(() => OrderView)
  order!: OrderView;
}

/** The order was refused, for a reason that a client should handle. */
@View('OrderRefused')
export class OrderRefusedView {
  @ViewField(() => RefusalCode)
  code!: RefusalCode;

  @ViewField(() => String)
  message!: string;

  @ListSize({ assumedSize: 3 })
  @ViewField(() => [RefusedLineView])
  lines!: RefusedLineView[];
}

/** The result of placing or cancelling an order. */
export type OrderResult = OrderAcceptedView | OrderRefusedView;

/** The GraphQL union of order results. */
export const OrderResultUnion = createUnionType({
  name: 'OrderResult',
  types: () => [OrderAcceptedView, OrderRefusedView] as const,
  resolveType: (result: OrderResult) => ('order' in result ? OrderAcceptedView : OrderRefusedView),
});

/** Makes a refusal. */
export function refused(code: RefusalCode, message: string, lines: RefusedLineView[] = []): OrderRefusedView {
  return { code, message, lines };
}

/** The order of a result, for REST. @throws {GatewayError} a refusal, as a 409 with its code and lines */
export function orderIn(result: OrderResult): OrderView {
  if ('order' in result) return result.order;
  const { code, message, lines } = result;
  throw new GatewayError(code, { detail: message, members: { lines } });
}

/** The order that an activity is about; undefined for a refusal, which is none. */
export const acceptedOrder = (result: OrderResult): { orderId: string } | undefined =>
  'order' in result ? { orderId: result.order.id } : undefined;

/** The id of an accepted order. */
export const acceptedOrderId = ({ order }: OrderAcceptedView): string => order.id;
