import { orders } from '#libs/contracts';
import { batchOfIds, isId, pageSize, text } from '#libs/service';
import { z } from 'zod';

/** The maximum price, so that totals are safe integers: 50 lines of 99 are below 2^53. */
const DEAREST = 1e12;

/** The number of recent orders that can be requested. */
export const recentRequest = z.object({ pageSize: pageSize(5) });

/** The request of a list. */
export const listRequest = z.object({
  status: z.enum(orders.OrderStatus, 'is not a status'),
  pageSize: pageSize(20),
  pageToken: z.string(),
});

/** The request of several orders. */
export const batchRequest = z.object({ ids: batchOfIds });

/** The request of a watch, from a move on. */
export const watchRequest = z.object({ id: z.string(), afterSequence: z.number().min(0, 'must not be negative') });

/** The request of an export. */
export const exportRequest = z.object({ afterOrderId: z.string() });

const money = z.object({
  amountMinor: z.number().min(0, 'must not be negative').max(DEAREST, `must be at most ${DEAREST}`),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three letters'),
});

const orderLine = z.object({
  productId: z.string().refine(isId, 'must be an id'),
  name: text(1, 200),
  quantity: z.number().min(1, 'must be 1 to 99').max(99, 'must be 1 to 99'),
  unitPrice: z.custom<orders.Money>((price) => price !== undefined, 'is required').pipe(money),
});

/** The request of an order. */
export const placeRequest = z.object({
  requestId: text(0, 128),
  lines: z
    .array(orderLine)
    .min(1, 'must be 1 to 50')
    .max(50, 'must be 1 to 50')
    .refine((lines) => new Set(lines.map((line) => line.unitPrice.currency)).size < 2, 'must be in one currency'),
  reservationId: text(0, 128),
});

/** A validated order request. */
export type Placing = z.output<typeof placeRequest>;
