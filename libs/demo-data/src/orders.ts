import { demoProducts, type DemoProduct } from './products.ts';
import { random, type Random } from './random.ts';
import { DEMO_EPOCH, demoUsers } from './users.ts';

/** The states of an order, in the order of their transitions. */
export const DEMO_ORDER_STATUSES = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const;

/** The state of an order. */
export type DemoOrderStatus = (typeof DEMO_ORDER_STATUSES)[number];

/** One product of an order. */
export interface DemoOrderLine {
  productId: string;
  name: string;
  quantity: number;
  /** In cents. */
  unitPriceMinor: number;
}

/** An order of the demo. */
export interface DemoOrder {
  id: string;
  userId: string;
  status: DemoOrderStatus;
  /** RFC 3339 UTC, within the year before `DEMO_EPOCH`. */
  placedAt: string;
  /** In cents: the sum of the lines. */
  totalMinor: number;
  currency: 'USD';
  /** One to four, each product once. */
  lines: DemoOrderLine[];
}

const COUNT = 8_000;
const YEAR_SECONDS = 365 * 86_400;

/** Every order older than this is in a final state. */
const SETTLED_AFTER_SECONDS = 60 * 86_400;

/** The share of the demo account ada, so that it always has orders: one in 200. */
const ADA_EVERY = 200;

/** 8,000 orders, `o1` to `o8000` from the oldest to the newest. */
export function demoOrders(seed: number): DemoOrder[] {
  const chosen = random(seed, 'orders');
  const users = demoUsers(seed);
  const products = demoProducts(seed);
  const ages = Array.from({ length: COUNT }, () => chosen.whole(1, YEAR_SECONDS)).sort((a, b) => b - a);
  return ages.map((ageSeconds, index) => {
    const lines = orderLines(products, chosen);
    return {
      id: `o${index + 1}`,
      userId: (index % ADA_EVERY === ADA_EVERY - 1 ? users[0] : chosen.pick(users))!.id,
      status: statusAt(ageSeconds, chosen),
      placedAt: new Date(DEMO_EPOCH - ageSeconds * 1000).toISOString(),
      totalMinor: lines.reduce((total, line) => total + line.quantity * line.unitPriceMinor, 0),
      currency: 'USD',
      lines,
    };
  });
}

function orderLines(products: DemoProduct[], { whole, pick }: Random): DemoOrderLine[] {
  const bought = new Set(Array.from({ length: whole(1, 4) }, () => pick(products)));
  return [...bought].map(({ id, name, priceMinor }) => ({
    productId: id,
    name,
    quantity: whole(1, 3),
    unitPriceMinor: priceMinor,
  }));
}

function statusAt(ageSeconds: number, { chance, pick }: Random): DemoOrderStatus {
  if (ageSeconds <= SETTLED_AFTER_SECONDS) return pick(DEMO_ORDER_STATUSES);
  return chance(0.08) ? 'CANCELLED' : 'DELIVERED';
}
