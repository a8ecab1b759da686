import { declareNotification } from '#gateway/declare/notifications';
import type { Money } from '#gateway/upstreams/orders/orders.port';
import { safeInt } from '#libs/view';
import { z } from 'zod';

declare module '#gateway/declare/notifications' {
  interface NotificationData {
    'order.placed': { orderId: string; total: Money };
    'orders.digest': OrderDigest;
  }
}

/** The orders that a caller has placed in a day. */
export interface OrderDigest {
  /** The end of the day, RFC 3339. */
  until: string;
  /** At most 100. */
  orders: { orderId: string; status: string }[];
}

declareNotification(
  'order.placed',
  z.object({ orderId: z.string(), total: z.object({ amountMinor: safeInt(), currency: z.string() }) }),
);
declareNotification(
  'orders.digest',
  z.object({
    until: z.iso.datetime(),
    orders: z.array(z.object({ orderId: z.string(), status: z.string() })).max(100),
  }),
);
