import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { type Order, type OrderMove, Orders, type UnreadableMove } from '#gateway/upstreams/orders/orders.port';
import { GatewayError } from '#libs/errors';
import type { EventSubscription } from '#libs/events';
import { type Context, type Degraded, isUnreadable, type StreamFollower } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { isFinal } from './order-progress.view.ts';

/** What happens to an order that is followed: a move of it, or that its moves cannot be had for a while. */
export type OrderEvent =
  | { type: 'moved'; data: OrderMove }
  | { type: 'degraded'; data: Degraded }
  | { type: 'restored'; data: Pick<Degraded, 'part'> };

/** Streams the moves of an order. */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Refuses('NOT_FOUND')
@Injectable()
export class FollowOrder {
  constructor(private readonly orders: Orders) {}

  /**
   * The moves of an order after the last one received, past ones first; undefined if no more can follow.
   * @param lastSeen the number of a move; for anything else all moves are sent
   * @throws {GatewayError} NOT_FOUND, also for another caller's order; UPSTREAM_*
   */
  async run(
    context: Context,
    id: string,
    lastSeen: string | undefined,
  ): Promise<EventSubscription<OrderEvent> | undefined> {
    const order = await this.orders.byId(context, id);
    if (!order) throw new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
    const after = /^\d{1,9}$/.test(lastSeen ?? '') ? Number(lastSeen) : 0;
    if (after && isFinal(order.status) && !(await this.hasMore(context, order, after))) return undefined;
    return this.subscription(context, order, after);
  }

  private subscription(context: Context, { id, status }: Order, after: number): EventSubscription<OrderEvent> {
    return (subscriber) => {
      const begunAt = Date.now();
      let isUnreadableSent = false;
      const sendUnreadable = () => {
        if (!isUnreadableSent)
          subscriber.send({ type: 'degraded', data: { part: 'order', reason: 'BAD_RESPONSE' } });
        isUnreadableSent = true;
      };
      return this.orders.moves.follow(context, id, after, {
        onItem: (move) => {
          if (isUnreadable(move)) return sendUnreadable();
          // Past moves arrive one by one, up to the order's status at connect.
          if (move.status !== status && Date.parse(move.occurredAt) < begunAt) subscriber.behind?.();
          // The number of a move is its id: a client may resume at any gateway.
          subscriber.send({ type: 'moved', data: move }, String(move.sequence));
          if (move.status === status) subscriber.caughtUp?.();
        },
        onState: (isLost) =>
          subscriber.send(
            isLost
              ? { type: 'degraded', data: { part: 'order', reason: 'UNAVAILABLE' } }
              : { type: 'restored', data: { part: 'order' } },
          ),
        onEnd: (failure) => subscriber.end(failure ? failure.code : 'complete'),
      });
    };
  }

  /** Whether a final order has moves after a given one. */
  private hasMore(context: Context, { id }: Order, after: number): Promise<boolean> {
    return new Promise((resolve) => {
      const stops: (() => void)[] = [];
      const decide = (hasMore: boolean) => {
        resolve(hasMore);
        // The callback may run before `stops` is filled.
        queueMicrotask(() => stops.splice(0).forEach((stop) => stop()));
      };
      const follower: StreamFollower<OrderMove | UnreadableMove> = {
        onItem: (move) => !isUnreadable(move) && decide(true),
        onEnd: () => decide(false),
        // The stream failed: unknown, so let the client follow.
        onState: () => decide(true),
      };
      stops.push(this.orders.moves.follow(context, id, after, follower));
      // No move by the request's deadline: unknown, too. A client that left is sent nothing.
      stops.push(context.onEnd(() => decide(true)));
    });
  }
}
