import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { ViewField, View } from '#libs/view';
import type { OrderListing } from './list-orders.ts';
import { OrderView } from './order.view.ts';

/** One page of the caller's orders in REST. */
@View('OrderList')
export class OrderListView {
  @ViewField(() => [OrderView])
  items!: OrderView[];

  @ViewField(() => String, { nullable: true, description: 'The `after` of the next page; null on the last.' })
  nextCursor!: string | null;

  @ViewField(() => [DegradedView], {
    description: 'The missing or stale parts: an unreadable `items.2` is left out.',
  })
  degraded!: DegradedView[];
}

/** The position of a page (GraphQL Cursor Connections). */
@View('PageInfo')
export class PageInfoView {
  @ViewField(() => Boolean)
  hasNextPage!: boolean;

  @ViewField(() => Boolean)
  hasPreviousPage!: boolean;

  @ViewField(() => String, { nullable: true })
  startCursor!: string | null;

  @ViewField(() => String, { nullable: true })
  endCursor!: string | null;
}

/** An order and its cursor. */
@View('OrderEdge')
export class OrderEdgeView {
  @ViewField(() => String)
  cursor!: string;

  @ViewField(() => OrderView)
  node!: OrderView;
}

/** One page of the caller's orders in GraphQL (GraphQL Cursor Connections). */
@View('OrderConnection')
export class OrderConnectionView {
  @ViewField(() => [OrderEdgeView])
  edges!: OrderEdgeView[];

  @ViewField(() => [OrderView])
  nodes!: OrderView[];

  @ViewField(() => PageInfoView)
  pageInfo!: PageInfoView;

  @ListSize({ assumedSize: 1 })
  @ViewField(() => [DegradedView], {
    description: 'The missing or stale parts: an unreadable `nodes.2` is left out.',
  })
  degraded!: DegradedView[];

  /** Converts a listing to a connection. */
  static of(listing: OrderListing): OrderConnectionView {
    const { items, cursors, startCursor, endCursor, nextCursor, isFirstPage, degraded } = listing;
    return {
      edges: items.map((node, i) => ({ cursor: cursors[i] ?? '', node })),
      nodes: items,
      pageInfo: {
        hasNextPage: nextCursor !== null,
        hasPreviousPage: !isFirstPage,
        startCursor,
        endCursor,
      },
      degraded: degraded.map((one) => ({ ...one, part: one.part.replace(/^items/, 'nodes') })),
    };
  }
}
