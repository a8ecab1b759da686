import { IdempotencyKeysMemory } from '#gateway/edge/idempotency/idempotency-keys.memory';
import { Idempotency } from '#gateway/edge/idempotency/idempotency';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { EventLogMemory } from '#libs/events';
import { createLogger } from '#libs/observe';
import { jobKind, JobQueueSqlite } from '#libs/jobs';
import { Jobs } from '#gateway/jobs/jobs';
import { aProduct } from '#libs/testing';
import { DetachedWork } from '#libs/upstream';
import { OrderDigests } from './order-digests.ts';
import { PlaceOrder } from './place-order.ts';

const QUEUE = { path: ':memory:', leaseMs: 1_000, keepMs: 60_000, onError: () => {} };

/** A shop with 5 lamps (`p1`, 10.00 USD) and 1 chair (`p2`, 2.50 USD). */
export function aShop() {
  const lamp = aProduct({ id: 'p1', name: 'Lamp', price: { amountMinor: 1000, currency: 'USD' }, available: 5 });
  const chair = aProduct({ id: 'p2', name: 'Chair', price: { amountMinor: 250, currency: 'USD' }, available: 1 });
  const ports = {
    products: new ProductsFake([lamp, chair]),
    orders: new OrdersFake(),
    work: new DetachedWork(),
    eventLog: new EventLogMemory(),
    queue: new JobQueueSqlite([jobKind({ name: 'orders.digest' })], QUEUE),
  };
  /** Another gateway of the same shop, without stored idempotency keys. */
  const anotherGateway = () => {
    const idempotency = new Idempotency(new IdempotencyKeysMemory(), ports.work, createLogger('spec', 'silent'));
    const digests = new OrderDigests(new Jobs(ports.queue), createLogger('spec', 'silent'));
    return new PlaceOrder(ports.products, ports.orders, ports.work, idempotency, ports.eventLog, digests);
  };
  const left = () => ({ p1: lamp.available, p2: chair.available });
  return { ...ports, placeOrder: anotherGateway(), anotherGateway, left };
}
