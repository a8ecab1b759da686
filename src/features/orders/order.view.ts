import { ListSize } from '#gateway/declare/list-size';
import { MoneyView } from '#gateway/features/views/money.view';
import { NodeView } from '#gateway/features/views/node.view';
import { ProductView } from '#gateway/features/products/product.view';
import type { OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { DateTime, enumeration, ViewField, View } from '#libs/view';
import { ID, Int } from '@nestjs/graphql';

/** The statuses of orders. */
export const OrderStatus = enumeration(
  'OrderStatus',
  ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'],
  'The status of an order.',
);

/** A line of an order. */
@View('OrderLine', 'A line of an order, with the name and price at the time it was placed.')
export class OrderLineView {
  @ViewField(() => ID)
  productId!: string;

  @ViewField(() => String)
  name!: string;

  @ViewField(() => Int)
  quantity!: number;

  @ViewField(() => MoneyView)
  unitPrice!: MoneyView;

  @ViewField(() => ProductView, {
    nullable: true,
    joined: true,
    description: 'The current product; null if it no longer exists, or if unavailable (then named in `degraded`).',
  })
  product?: ProductView | null;
}

/** An order. */
@View('Order', { implements: [NodeView] })
export class OrderView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => OrderStatus)
  status!: Status;

  @ViewField(() => MoneyView)
  total!: MoneyView;

  @ViewField(() => DateTime)
  placedAt!: string;

  @ListSize({ assumedSize: 3 })
  @ViewField(() => [OrderLineView])
  lines!: OrderLineView[];
}
