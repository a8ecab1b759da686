import { GatewayError } from '#libs/errors';
import { type AnswerStream, type Context, isUnreadable, type Listed, listed, unreadable } from '#libs/upstream';
import {
  type ExportedOrder,
  type NewOrder,
  type Order,
  type OrderList,
  type OrderListQuestion,
  type OrderMove,
  Orders,
  type OrderStatus,
  type UnreadableMove,
} from './orders.port.ts';

/** An order and its owner. */
export interface OwnedOrder extends Order {
  ownerId: string;
}

/** The number of orders in a batch of an export. */
const FAKE_BATCH = 2;

/** In-memory orders, which keep every promise of the port. For specs. */
export class OrdersFake extends Orders {
  readonly movesFake = new MovesFake();
  /** The ids of unreadable orders. */
  readonly unreadable = new Set<string>();
  private readonly placed = new Map<string, Order>();

  /** @param orders oldest first */
  constructor(readonly orders: OwnedOrder[] = []) {
    super();
  }

  async recent(context: Context, first: number): Promise<Listed<Order>[]> {
    return listed(this.of(context).slice(0, first), this.unreadable);
  }

  async list(context: Context, { status, first, after }: OrderListQuestion): Promise<OrderList> {
    const matching = this.of(context).filter((order) => !status || order.status === status);
    const start = after === undefined ? 0 : matching.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) throw new GatewayError('VALIDATION_FAILED');
    const orders = listed(matching.slice(start, start + first), this.unreadable);
    const cursors = orders.map(({ id }) => id);
    return { orders, cursors, nextCursor: start + first < matching.length ? cursors.at(-1) : undefined };
  }

  async byIds(context: Context, ids: readonly string[]): Promise<Listed<Order>[]> {
    const found = this.of(context).filter(({ id }) => ids.includes(id));
    return listed(found, this.unreadable);
  }

  async place({ caller }: Context, { requestId, reservationId, lines }: NewOrder): Promise<Order> {
    const key = `${caller.id} ${requestId}`;
    const before = this.placed.get(key);
    if (before) return before;
    const amountMinor = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0);
    const order: OwnedOrder = {
      id: `new-${this.orders.length + 1}`,
      ownerId: caller.id!,
      status: 'PLACED',
      total: { amountMinor, currency: lines[0]!.unitPrice.currency },
      placedAt: new Date().toISOString(),
      lines,
      reservationId,
    };
    this.orders.push(order);
    this.placed.set(key, order);
    return order;
  }

  async cancel(context: Context, id: string): Promise<Order> {
    const order = this.of(context).find((one) => one.id === id);
    if (!order) throw new GatewayError('NOT_FOUND');
    if (['SHIPPED', 'DELIVERED'].includes(order.status)) throw new GatewayError('NOT_CANCELLABLE');
    this.movesFake.move(order, 'CANCELLED');
    if (this.unreadable.has(id)) throw unreadable('an order that breaks the contract');
    return order;
  }

  async anonymize({ caller }: Context): Promise<number> {
    const theirs = this.orders.filter(({ ownerId }) => ownerId === caller.id);
    for (const order of theirs) order.ownerId = `deleted-${caller.id}`;
    return theirs.length;
  }

  async exportAll({ caller }: Context, afterId?: string): Promise<AnswerStream<Listed<ExportedOrder>[]>> {
    const isAdmin = caller.scopes.includes('admin');
    const all = this.orders.filter(({ ownerId }) => isAdmin || ownerId === caller.id).reverse();
    const start = afterId === undefined ? 0 : all.findIndex(({ id }) => id === afterId) + 1;
    if (afterId !== undefined && start === 0) throw new GatewayError('VALIDATION_FAILED');
    const { unreadable } = this;
    const state = { isClosed: false };
    return {
      close: () => void (state.isClosed = true),
      async *[Symbol.asyncIterator]() {
        for (let at = start; at < all.length && !state.isClosed; at += FAKE_BATCH) {
          yield listed(all.slice(at, at + FAKE_BATCH), unreadable);
        }
      },
    };
  }

  async watch(context: Context, id: string): Promise<AnswerStream<Move>> {
    const order = this.of(context).find((one) => one.id === id);
    if (!order) throw new GatewayError('NOT_FOUND');
    return this.movesFake.watch(order);
  }

  private of({ caller }: Context): Order[] {
    return this.orders.filter(({ ownerId }) => ownerId === caller.id).reverse();
  }
}

type Move = OrderMove | UnreadableMove;

const STEPS: readonly OrderStatus[] = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];
const isFinal = (status: OrderStatus): boolean => status === 'DELIVERED' || status === 'CANCELLED';

/** The moves of in-memory orders, driven by specs. */
class MovesFake {
  /** The number of open watches. */
  open = 0;
  /** The number of watches opened so far. */
  opened = 0;
  private readonly histories = new Map<string, Move[]>();
  private readonly bells = new Set<(failure?: Error) => void>();

  move(order: Order, status: OrderStatus): void {
    const history = this.of(order);
    order.status = status;
    if (statusIn(history) !== status) history.push(moveTo(order.id, status, history.length + 1));
    this.ring();
  }

  /** Moves an order to an unknown status. */
  moveUnreadably(order: Order): void {
    const history = this.of(order);
    history.push({ sequence: history.length + 1, isUnreadable: true });
    this.ring();
  }

  /** Makes every open watch fail. */
  breakOff(): void {
    this.ring(new GatewayError('UPSTREAM_UNAVAILABLE'));
  }

  watch(order: Order): AnswerStream<Move> {
    const history = this.of(order);
    let isClosed = false;
    this.open += 1;
    this.opened += 1;
    const close = () => {
      if (isClosed) return;
      isClosed = true;
      this.open -= 1;
      this.ring();
    };
    const rung = () => this.rung();
    async function* moves() {
      try {
        for (let at = 0; ;) {
          const heard = rung();
          while (at < history.length) yield history[at++]!;
          if (isClosed || isFinal(statusIn(history))) return;
          await heard;
        }
      } finally {
        close();
      }
    }
    return { close, [Symbol.asyncIterator]: moves };
  }

  private of({ id, status }: Order): Move[] {
    let history = this.histories.get(id);
    if (!history) {
      const path = STEPS.includes(status)
        ? STEPS.slice(0, STEPS.indexOf(status) + 1)
        : (['PLACED', status] as const);
      this.histories.set(id, (history = path.map((one, index) => moveTo(id, one, index + 1))));
    }
    return history;
  }

  private ring(failure?: Error): void {
    for (const bell of Array.from(this.bells)) bell(failure);
  }

  private rung(): Promise<void> {
    return new Promise((resolve, reject) => {
      const bell = (failure?: Error) => {
        this.bells.delete(bell);
        if (failure) reject(failure);
        else resolve();
      };
      this.bells.add(bell);
    });
  }
}

/** The status of the last readable move. */
const statusIn = (history: readonly Move[]): OrderStatus =>
  (history.findLast((move) => !isUnreadable(move)) as OrderMove).status;

function moveTo(orderId: string, status: OrderStatus, sequence: number): OrderMove {
  return { sequence, orderId, status, occurredAt: new Date(Date.UTC(2026, 0, 1, 0, sequence)).toISOString() };
}
