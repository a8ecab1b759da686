import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import type { Sent } from '#gateway/transports/sse/event-stream';
import type { Feed } from '#gateway/transports/sse/stream-door';
import { type Order, type OrderMove, Orders, type UnreadableMove } from '#gateway/upstreams/orders/orders.port';
import { GatewayError } from '#libs/errors';
import { type Context, isUnreadable, type StreamFollower } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { isFinal, OrderProgressView } from './order-progress.view.ts';

/** Where is this order, and where does it go? */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Injectable()
export class FollowOrder {
  constructor(private readonly orders: Orders) {}

  /**
   * The moves of an order after the last one that was seen, then each as it happens; undefined where there are none to come.
   * @param lastSeen the number of a move; all of them for anything else
   * @throws {GatewayError} NOT_FOUND, for somebody else's too; UPSTREAM_*
   */
  async run(context: Context, id: string, lastSeen: string | undefined): Promise<Feed | undefined> {
    const order = await this.orders.byId(context, id);
    if (!order) throw new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
    const after = /^\d{1,9}$/.test(lastSeen ?? '') ? Number(lastSeen) : 0;
    if (after && isFinal(order.status) && !(await this.hasMore(context, order, after))) return undefined;
    return this.feed(context, order, after);
  }

  private feed(context: Context, { id, status }: Order, after: number): Feed {
    return (to) => {
      const begunAt = Date.now();
      let isUnreadableSent = false;
      const sendUnreadable = () => {
        if (!isUnreadableSent) to.send({ event: 'degraded', data: { part: 'order', reason: 'BAD_RESPONSE' } });
        isUnreadableSent = true;
      };
      return this.orders.moves.follow(context, id, after, {
        onItem: (move) => {
          if (isUnreadable(move)) return sendUnreadable();
          // Moves that an order has made come one by one, up to the status it was found in.
          if (move.status !== status && Date.parse(move.occurredAt) < begunAt) to.behind?.();
          to.send(eventOf(move));
          if (move.status === status) to.caughtUp?.();
        },
        onState: (isLost) =>
          to.send(
            isLost
              ? { event: 'degraded', data: { part: 'order', reason: 'UNAVAILABLE' } }
              : { event: 'restored', data: { part: 'order' } },
          ),
        onEnd: (failure) => to.end('end', { reason: failure ? failure.code : 'complete' }),
      });
    };
  }

  /** Whether an order that moves no more has moved since. */
  private hasMore(context: Context, { id }: Order, after: number): Promise<boolean> {
    return new Promise((resolve) => {
      const stops: (() => void)[] = [];
      const decide = (hasMore: boolean) => {
        resolve(hasMore);
        // Some of it comes before there is anything to stop.
        queueMicrotask(() => stops.splice(0).forEach((stop) => stop()));
      };
      const follower: StreamFollower<OrderMove | UnreadableMove> = {
        onItem: (move) => !isUnreadable(move) && decide(true),
        onEnd: () => decide(false),
        // It is not known: the stream will show.
        onState: () => decide(true),
      };
      stops.push(this.orders.moves.follow(context, id, after, follower));
      // So it is where the service keeps its moves to itself. A client that has left is sent nothing.
      stops.push(context.onEnd(() => decide(true)));
    });
  }
}

/** A move as an event: its id is its number, so that a client may come back to any gateway. */
const eventOf = (move: OrderMove): Sent => ({
  id: String(move.sequence),
  event: 'status',
  data: OrderProgressView.of(move),
});
