import { type Caller, Context } from '#libs/upstream';

/** An amount in minor units. */
export interface MoneyData {
  amountMinor: number;
  currency: string;
}

/** A user, as in the gateway's ports. */
export interface UserData {
  id: string;
  name: string;
  email: string;
  avatarUrl: string | null;
  role: 'customer' | 'admin';
}

/** A product, as in the gateway's ports. */
export interface ProductData {
  id: string;
  name: string;
  description: string;
  category: string;
  price: MoneyData;
  inStock: boolean;
  available: number;
  rating: number | null;
  imageUrl: string | null;
}

/** A line of an order, as in the gateway's ports. */
export interface LineData {
  productId: string;
  name: string;
  quantity: number;
  unitPrice: MoneyData;
}

/** An order with its owner, as in the gateway's ports. */
export interface OrderData {
  id: string;
  ownerId: string;
  status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';
  total: MoneyData;
  placedAt: string;
  lines: LineData[];
  reservationId: string;
}

/** A review, as in the gateway's ports. */
export interface ReviewData {
  id: string;
  authorName: string;
  rating: number;
  text: string;
  writtenAt: string;
}

/** Options of a context for specs. */
export interface ContextData {
  caller?: Caller;
  /** The time left until the deadline, in milliseconds. */
  timeoutMs?: number;
  /** The client address of the request. */
  client?: Context['client'];
}

/** A customer, `u1`. */
export function aUser(given: Partial<UserData> = {}): UserData {
  return { id: 'u1', name: 'Ada', email: 'ada@example.com', avatarUrl: null, role: 'customer', ...given };
}

/** A product, `p1`, at 10.00 USD; 10 available by default. */
export function aProduct(given: Partial<ProductData> = {}): ProductData {
  const { available = 10 } = given;
  const what = { id: 'p1', name: 'Lamp', description: 'Gives light.', category: 'home' };
  const price = { amountMinor: 1000, currency: 'USD' };
  return { ...what, price, inStock: available > 0, available, rating: 4.5, imageUrl: null, ...given };
}

/** A review with four stars. */
export function aReview(given: Partial<ReviewData> = {}): ReviewData {
  const writtenAt = '2026-01-01T00:00:00.000Z';
  return { id: 'r1', authorName: 'Grace H.', rating: 4, text: 'Gives light.', writtenAt, ...given };
}

/** A line: one of `p1` at 10.00 USD. */
export function aLine(given: Partial<LineData> = {}): LineData {
  return {
    productId: 'p1',
    name: 'Lamp',
    quantity: 1,
    unitPrice: { amountMinor: 1000, currency: 'USD' },
    ...given,
  };
}

/** An order of `u1`, `o1`, just placed; its total is the sum of its lines by default. */
export function anOrder(given: Partial<OrderData> = {}): OrderData {
  const { lines = [aLine()] } = given;
  const amountMinor = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0);
  const total = { amountMinor, currency: 'USD' };
  const when = { status: 'PLACED', placedAt: '2026-01-02T03:04:05.000Z' } as const;
  return { id: 'o1', ownerId: 'u1', ...when, total, lines, reservationId: '', ...given };
}

/** A deadline that is not reached on a busy machine either, in milliseconds. */
const NOT_REACHED_MS = 60_000;

/** The context of a request of `u1`, with a deadline that is not reached by default. */
export function aContext({
  caller = { id: 'u1', scopes: [] },
  timeoutMs = NOT_REACHED_MS,
  client,
}: ContextData = {}): Context {
  return new Context({ log: { requestId: 'r1' }, caller, timeoutMs, client });
}
