import { MoneyView } from '#gateway/features/views/money.view';
import type { OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { DateTime, RestView, ViewField } from '#libs/view';
import { ID } from '@nestjs/graphql';
import { OrderLineView, OrderStatus } from './order.view.ts';

/** An order of an export. */
@RestView(
  'ExportedOrder',
  'An order of an export. One that cannot be read has its `id`, and null in place of everything else.',
)
export class ExportedOrderView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => ID, { nullable: true })
  userId!: string | null;

  @ViewField(() => OrderStatus, { nullable: true })
  status!: Status | null;

  @ViewField(() => MoneyView, { nullable: true })
  total!: MoneyView | null;

  @ViewField(() => DateTime, { nullable: true })
  placedAt!: string | null;

  @ViewField(() => [OrderLineView], { nullable: true })
  lines!: OrderLineView[] | null;
}
