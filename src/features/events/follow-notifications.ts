import { Scopes } from '#gateway/edge/auth/access';
import { Limited } from '#gateway/edge/limits/limited';
import type { Feed } from '#gateway/edge/streams/stream-door';
import { notificationsOf } from '#gateway/edge/streams/topics';
import { type Order, type OrderMove, Orders } from '#gateway/upstreams/orders/orders.port';
import { Spine } from '#libs/events';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { toldBy } from './told-by.ts';

/** So many of the newest orders are watched for who listens. */
const WATCHED = 20;
/** What happened longer ago is no news, in milliseconds. */
const NEWS_MS = 600_000;

/** What happens to my things? */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Injectable()
export class FollowNotifications {
  constructor(
    private readonly spine: Spine,
    private readonly orders: Orders,
  ) {}

  /**
   * The caller's notifications after the last one that was seen. While they listen their orders are watched; every move is
   * one notification, however many of their streams, at however many gateways, watch it.
   * @throws {GatewayError} UPSTREAM_* where it is not known which orders they have
   */
  async run(context: Context, lastSeen: string | undefined): Promise<Feed> {
    const recent = await this.orders.recent(context, WATCHED);
    return (to) => {
      const watched = new Map<string, () => void>();
      const watch = (orderId: string) => {
        if (!watched.has(orderId)) watched.set(orderId, this.watch(context, orderId));
      };
      const topic = notificationsOf(context.caller.id!);
      const stopTelling = toldBy(this.spine, topic, lastSeen)(to);
      const { stop: stopListening } = this.spine.follow(topic, undefined, ({ event }) => {
        if (event.type === 'order.placed') watch(event.data.orderId);
      });
      for (const order of recent) if (mayMove(order)) watch(order.id);
      return () => {
        stopTelling();
        stopListening();
        for (const stop of watched.values()) stop();
      };
    };
  }

  private watch(context: Context, orderId: string): () => void {
    return this.orders.moves.follow(context, orderId, 1, {
      onItem: (move) => this.tell(context, move),
      onEnd: () => {},
    });
  }

  private tell({ caller }: Context, { orderId, status, sequence, occurredAt }: OrderMove): void {
    if (Date.now() - Date.parse(occurredAt) > NEWS_MS) return;
    const event = { type: 'order.moved', data: { orderId, status, sequence, occurredAt } } as const;
    this.spine.publish(notificationsOf(caller.id!), event, `order:${orderId}:${sequence}`);
  }
}

/** One that has come to its end lately may have done so while the client was away. */
function mayMove({ status, placedAt }: Order): boolean {
  return (status !== 'DELIVERED' && status !== 'CANCELLED') || Date.now() - Date.parse(placedAt) < NEWS_MS;
}
