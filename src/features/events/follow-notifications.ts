import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { declareNotification, type Notification, notificationsOf } from '#gateway/declare/notifications';
import { type Order, type OrderMove, Orders } from '#gateway/upstreams/orders/orders.port';
import { eventIdIn, type EventSubscription, EventLog } from '#libs/events';
import { type Context, isReadable } from '#libs/upstream';
import { OrderStatus } from '#gateway/features/orders/order.view';
import { oneOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CatchUp } from './catch-up.ts';
import { OrderWatches } from './order-watches.ts';
import { type Gap, subscribeTo } from './subscribe-to.ts';

declare module '#gateway/declare/notifications' {
  interface NotificationData {
    'order.moved': Pick<OrderMove, 'orderId' | 'status' | 'sequence' | 'occurredAt'>;
  }
}

declareNotification(
  'order.moved',
  z.object({
    orderId: z.string(),
    status: oneOf(OrderStatus),
    sequence: z.int().min(1).describe('1, 2, 3 … for one order.'),
    occurredAt: z.iso.datetime(),
  }),
);

/** The number of newest orders watched for each stream. */
const WATCHED = 20;
/** The tolerated clock skew of the orders service, in milliseconds. */
const SKEW_MS = 2_000;
/** The age up to which an order may have moves that a client missed, in milliseconds. */
const LIFE_MS = 3_600_000;

/** Streams the caller's notifications. */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Injectable()
export class FollowNotifications {
  constructor(
    private readonly eventLog: EventLog,
    private readonly orders: Orders,
  ) {}

  /**
   * The caller's notifications after the last one received. Watches the caller's orders while the stream is open; each move is
   * published once, even if several streams or gateways watch the order.
   * @throws {GatewayError} UPSTREAM_* if the caller's orders cannot be read
   */
  async run(context: Context, lastSeen: string | undefined): Promise<EventSubscription<Notification | Gap>> {
    // Unreadable orders are not watched.
    const recent = (await this.orders.recent(context, WATCHED)).filter(isReadable);
    const since = sinceOf(lastSeen);
    return (subscriber) => {
      const moving = recent.filter((order) => mayHaveMoved(order, lastSeen));
      const catchUp = new CatchUp(lastSeen === undefined ? [] : moving.filter(isRecent), subscriber);
      const watches = new OrderWatches((orderId, onEnd) => this.watch(context, orderId, since, catchUp, onEnd));
      const topic = notificationsOf(context.caller.id!);
      const unsubscribe = subscribeTo(this.eventLog, topic, lastSeen)(subscriber);
      const { stop: stopListening } = this.eventLog.follow(topic, undefined, ({ event }) => {
        if (event.type === 'order.placed') watches.add(event.data.orderId);
        else if (event.type === 'order.moved') catchUp.reached(event.data.orderId, event.data.status);
      });
      for (const { id } of moving) watches.add(id);
      return () => {
        unsubscribe();
        stopListening();
        watches.close();
      };
    };
  }

  private watch(
    context: Context,
    orderId: string,
    since: number,
    catchUp: CatchUp,
    onEnd: () => void,
  ): () => void {
    let isToCome = false;
    return this.orders.moves.follow(context, orderId, 1, {
      onItem: (move) => {
        if (!isReadable(move)) return;
        isToCome = Date.parse(move.occurredAt) >= since && this.notify(context, move);
        if (!isToCome) catchUp.reached(orderId, move.status);
      },
      onEnd: () => {
        // Otherwise the last move still arrives through the event log.
        if (!isToCome) catchUp.ended(orderId);
        onEnd();
      },
    });
  }

  /** Publishes a move. @returns false if the caller's streams have received it already */
  private notify({ caller }: Context, { orderId, status, sequence, occurredAt }: OrderMove): boolean {
    const event = { type: 'order.moved', data: { orderId, status, sequence, occurredAt } } as const;
    return this.eventLog.publish(notificationsOf(caller.id!), event, `order:${orderId}:${sequence}`);
  }
}

/** The time from which moves are new to a client, in milliseconds since the epoch: event ids begin with theirs. */
function sinceOf(lastSeen: string | undefined): number {
  const [seenAt = Infinity] = eventIdIn(lastSeen ?? '') ?? [];
  return Math.min(seenAt, Date.now()) - SKEW_MS;
}

/** Whether an order may have moves to send: it is not final, or became final while the client was disconnected. */
function mayHaveMoved({ status, placedAt }: Order, lastSeen: string | undefined): boolean {
  const isAtItsEnd = status === 'DELIVERED' || status === 'CANCELLED';
  return !isAtItsEnd || (lastSeen !== undefined && isRecent({ placedAt }));
}

const isRecent = ({ placedAt }: Pick<Order, 'placedAt'>): boolean => Date.now() - Date.parse(placedAt) < LIFE_MS;
