import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import type { Feed } from '#gateway/transports/sse/stream-door';
import { notificationsOf } from '#gateway/transports/sse/topics';
import { type Order, type OrderMove, Orders } from '#gateway/upstreams/orders/orders.port';
import { Spine } from '#libs/events';
import { type Context, isReadable } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { toldBy } from './told-by.ts';

/** So many of the newest orders are watched for who listens. */
const WATCHED = 20;
/** So far may the clock of the orders service be off, in milliseconds. */
const SKEW_MS = 2_000;
/** An order that has come to its end since a client was here was placed no longer ago, in milliseconds. */
const LIFE_MS = 3_600_000;

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
    // What cannot be read of them is not watched.
    const recent = (await this.orders.recent(context, WATCHED)).filter(isReadable);
    const since = sinceOf(lastSeen);
    return (to) => {
      const watched = new Map<string, () => void>();
      const watch = (orderId: string) => {
        if (!watched.has(orderId)) watched.set(orderId, this.watch(context, orderId, since));
      };
      const topic = notificationsOf(context.caller.id!);
      const stopTelling = toldBy(this.spine, topic, lastSeen)(to);
      const { stop: stopListening } = this.spine.follow(topic, undefined, ({ event }) => {
        if (event.type === 'order.placed') watch(event.data.orderId);
      });
      for (const order of recent) if (mayHaveMoved(order, lastSeen)) watch(order.id);
      return () => {
        stopTelling();
        stopListening();
        for (const stop of watched.values()) stop();
      };
    };
  }

  private watch(context: Context, orderId: string, since: number): () => void {
    return this.orders.moves.follow(context, orderId, 1, {
      onItem: (move) => {
        if (isReadable(move) && Date.parse(move.occurredAt) >= since) this.tell(context, move);
      },
      onEnd: () => {},
    });
  }

  private tell({ caller }: Context, { orderId, status, sequence, occurredAt }: OrderMove): void {
    const event = { type: 'order.moved', data: { orderId, status, sequence, occurredAt } } as const;
    this.spine.publish(notificationsOf(caller.id!), event, `order:${orderId}:${sequence}`);
  }
}

/** What is news to a client: what has happened since it was here. An id begins with its time. */
function sinceOf(lastSeen: string | undefined): number {
  const seenAt = Number.parseInt(lastSeen ?? '', 10);
  return (Number.isFinite(seenAt) ? seenAt : Date.now()) - SKEW_MS;
}

/** One that is at its end may have come there while the client was away. */
function mayHaveMoved({ status, placedAt }: Order, lastSeen: string | undefined): boolean {
  const isAtItsEnd = status === 'DELIVERED' || status === 'CANCELLED';
  return !isAtItsEnd || (lastSeen !== undefined && Date.now() - Date.parse(placedAt) < LIFE_MS);
}
