import { setTimeout as wait } from 'node:timers/promises';
import { GetHome } from '#gateway/features/home/get-home';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { GatewayError } from '#libs/errors';

/** How long each upstream takes, in milliseconds. */
export const UPSTREAM_MS = 100;

const money = { amountMinor: 1_000, currency: 'USD' };
const products = Array.from({ length: 10 }, (_, n) => ({
  id: `p${n}`,
  name: `Lamp ${n}`,
  description: 'Gives light. '.repeat(20),
  category: 'home',
  price: money,
  inStock: true,
  available: 10,
  rating: 4.5,
  imageUrl: null,
}));
const orders = Array.from({ length: 5 }, (_, n) => ({
  id: `o${n}`,
  ownerId: 'u1',
  status: 'PLACED' as const,
  total: money,
  placedAt: '2026-01-02T03:04:05.000Z',
  lines: [{ productId: 'p1', name: 'Lamp 1', quantity: 1, unitPrice: money }],
  reservationId: '',
}));

/** The home page of the gateway over upstreams in memory, each of which takes `UPSTREAM_MS` and is counted. */
export function aShop() {
  const users = new UsersFake([
    { id: 'u1', name: 'Ada', email: 'ada@example.com', avatarUrl: null, role: 'customer' },
  ]);
  const ports = { users, orders: new OrdersFake(orders), products: new ProductsFake(products) };
  const calls: string[] = [];
  const slowed = <Port extends object>(port: Port, method: keyof Port & string) => {
    const call = (port[method] as (...given: unknown[]) => Promise<unknown>).bind(port);
    const slow = async (...given: unknown[]) => {
      calls.push(method);
      await wait(UPSTREAM_MS);
      return call(...given);
    };
    Object.assign(port, { [method]: slow });
  };
  slowed(ports.users, 'byIds');
  slowed(ports.orders, 'recent');
  slowed(ports.products, 'recommended');
  const fail = () =>
    Object.assign(ports.orders, { recent: () => Promise.reject(new GatewayError('UPSTREAM_UNAVAILABLE')) });
  return { ...ports, calls, fail, getHome: new GetHome(ports.users, ports.orders, ports.products) };
}
