import { ListSize } from '#gateway/declare/list-size';
import { MoneyView } from '#gateway/features/views/money.view';
import { NodeView } from '#gateway/features/views/node.view';
import { ProductView } from '#gateway/features/products/product.view';
import type { OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { DateTime, enumeration, Shown, View } from '#libs/view';
import { ID, Int } from '@nestjs/graphql';

/** Where an order can be. */
export const OrderStatus = enumeration(
  'OrderStatus',
  ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'],
  'Where an order is.',
);

/** One product of an order. */
@View('OrderLine', 'One product of an order, with name and price as they were when it was placed.')
export class OrderLineView {
  @Shown(() => ID)
  productId!: string;

  @Shown(() => String)
  name!: string;

  @Shown(() => Int)
  quantity!: number;

  @Shown(() => MoneyView)
  unitPrice!: MoneyView;

  @Shown(() => ProductView, {
    nullable: true,
    joined: true,
    description: 'The product as it is now; null if it is gone, or unavailable (then `degraded` says so).',
  })
  product?: ProductView | null;
}

/** An order. */
@View('Order', { implements: [NodeView] })
export class OrderView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => OrderStatus)
  status!: Status;

  @Shown(() => MoneyView)
  total!: MoneyView;

  @Shown(() => DateTime)
  placedAt!: string;

  @ListSize({ assumedSize: 3 })
  @Shown(() => [OrderLineView])
  lines!: OrderLineView[];
}
