import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { Shown, View } from '#libs/view';
import type { OrderListing } from './list-orders.ts';
import { OrderView } from './order.view.ts';

/** One page of the caller's orders in REST. */
@View('OrderList')
export class OrderListView {
  @Shown(() => [OrderView])
  items!: OrderView[];

  @Shown(() => String, { nullable: true, description: 'The `after` of the next page; null on the last.' })
  nextCursor!: string | null;

  @Shown(() => [DegradedView], { description: 'The missing or stale parts: an unreadable `items.2` is left out.' })
  degraded!: DegradedView[];
}

/** The position of a page (GraphQL Cursor Connections). */
@View('PageInfo')
export class PageInfoView {
  @Shown(() => Boolean)
  hasNextPage!: boolean;

  @Shown(() => Boolean)
  hasPreviousPage!: boolean;

  @Shown(() => String, { nullable: true })
  startCursor!: string | null;

  @Shown(() => String, { nullable: true })
  endCursor!: string | null;
}

/** An order and its cursor. */
@View('OrderEdge')
export class OrderEdgeView {
  @Shown(() => String)
  cursor!: string;

  @Shown(() => OrderView)
  node!: OrderView;
}

/** One page of the caller's orders in GraphQL (GraphQL Cursor Connections). */
@View('OrderConnection')
export class OrderConnectionView {
  @Shown(() => [OrderEdgeView])
  edges!: OrderEdgeView[];

  @Shown(() => [OrderView])
  nodes!: OrderView[];

  @Shown(() => PageInfoView)
  pageInfo!: PageInfoView;

  @ListSize({ assumedSize: 1 })
  @Shown(() => [DegradedView], { description: 'The missing or stale parts: an unreadable `nodes.2` is left out.' })
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
