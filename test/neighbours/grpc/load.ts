import { isDeepStrictEqual } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { orders, products } from '#libs/contracts';
import type { Figures } from '#test/support/neighbours/figures';
import { countingConnections } from '#test/support/neighbours/connections';
import { CallFailed, type CallOptions, type NeighbourClient } from './neighbour-client.ts';
import { expected } from './shop-answers.ts';

const { OrdersServiceService: ordersRpc } = orders;
const { ProductsServiceService: productsRpc } = products;

/** How many call at once. */
export const CALLERS = 40;

/** How much is called, and how. */
export interface Load {
  /** Calls of all callers together. */
  calls: number;
  /**
   * How often each caller calls, in milliseconds, at times that are spread evenly and the same for every client; callers
   * without it press as hard as they can.
   */
  everyMs?: number;
  /** What a call may take, in milliseconds. */
  timeoutMs?: number;
}

/** What became of a load. */
export interface LoadResult extends Omit<Figures, 'scenario'> {
  /** How many of the failures are of writes without a key, which may never be sent twice. */
  unkeyed: number;
  /** Ids of the writes that were answered well. */
  written: string[];
  /** Answers that differ from what the shop answers. */
  wrong: string[];
}

/** One call of a mix. @returns what it answers, and what it should */
type Act = (
  client: NeighbourClient,
  id: string,
  options: CallOptions,
) => Promise<[answer: unknown, right: unknown]>;

/** Reads and writes of both services, in turn; two of the writes have a key, the third may never be sent twice. */
const MIX: [kind: 'read' | 'write' | 'keyed write', act: Act][] = [
  [
    'read',
    async (client, id, options) => [
      await client.unary(productsRpc.batchGetProducts, { ids: [id, `${id}-2`] }, options),
      { products: [expected.product(id), expected.product(`${id}-2`)] },
    ],
  ],
  [
    'write',
    async (client, id, options) => [
      await client.unary(ordersRpc.cancelOrder, { id }, options),
      { order: expected.order(id, orders.OrderStatus.CANCELLED) },
    ],
  ],
  [
    'read',
    async (client, _id, options) => [
      await client.unary(ordersRpc.listRecentOrders, { pageSize: 3 }, options),
      { orders: [0, 1, 2].map((index) => expected.order(`o${index}`)) },
    ],
  ],
  [
    'keyed write',
    async (client, id, options) => [
      await client.unary(
        ordersRpc.placeOrder,
        { requestId: id, lines: [expected.line], reservationId: 'r1' },
        { ...options, isKeyed: true },
      ),
      { order: { ...expected.order(`o-${id}`), lines: [expected.line], reservationId: 'r1' } },
    ],
  ],
  [
    'read',
    async (client, id, options) => [
      await client.unary(ordersRpc.batchGetOrders, { ids: [id] }, options),
      { orders: [expected.order(id)] },
    ],
  ],
  [
    'keyed write',
    async (client, id, options) => [
      await client.unary(
        productsRpc.reserveStock,
        { reservationId: id, lines: [{ productId: 'p1', quantity: 1 }], ttlSeconds: 60 },
        { ...options, isKeyed: true },
      ),
      { expiresAt: expected.at },
    ],
  ],
];

/** Calls as 40 callers do, each one call after the other, and counts what comes of it. @param startedAt by `performance.now()` */
export async function load(
  client: NeighbourClient,
  port: number,
  { calls, everyMs = 0, timeoutMs }: Load,
  startedAt = performance.now(),
): Promise<LoadResult> {
  const result: LoadResult = {
    client: client.name,
    calls: 0,
    failures: 0,
    unkeyed: 0,
    failedAs: {},
    connections: 0,
    durationMs: 0,
    written: [],
    wrong: [],
  };
  const one = async (caller: number, index: number) => {
    const [kind, act] = MIX[(caller + index) % MIX.length]!;
    const id = `${client.name}-${caller}-${index}`;
    result.calls += 1;
    try {
      const [answer, right] = await act(client, id, { timeoutMs, userId: `u${caller}` });
      if (!isDeepStrictEqual(answer, right)) result.wrong.push(`${id}: ${JSON.stringify(answer).slice(0, 200)}`);
      if (kind !== 'read') result.written.push(id);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      result.failures += 1;
      if (kind === 'write') result.unkeyed += 1;
      const why = `${error.status ?? 'none'}: ${error.details.replace(/\d{2,}/g, 'N').slice(0, 60)}`;
      result.failedAs[why] = (result.failedAs[why] ?? 0) + 1;
    }
  };
  const caller = async (number: number) => {
    let dueAt = startedAt + (number / CALLERS) * everyMs;
    for (let index = 0; index < calls / CALLERS; index += 1) {
      if (everyMs) await wait(Math.max(0, dueAt - performance.now()));
      await one(number, index);
      if (everyMs) dueAt += everyMs * Math.max(1, Math.ceil((performance.now() - dueAt) / everyMs));
    }
  };
  const counted = await countingConnections(port, () =>
    Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number))),
  );
  return { ...result, connections: counted.connections, durationMs: performance.now() - startedAt };
}
