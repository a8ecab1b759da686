import type { Logger } from '#libs/observe';
import { RepeatedWork, type ServiceStorage } from '#libs/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { CancelOrder } from './cancel-order.ts';
import { ExportOrders } from './export-orders.ts';
import { MoveBell } from './move-bell.ts';
import { MoveDue } from './move-due.ts';
import { MoveOrder } from './move-order.ts';
import { OrderBook } from './order-book.ts';
import { OrdersController } from './orders.controller.ts';
import { PlaceOrder } from './place-order.ts';
import type { OrdersSchema } from './schema.ts';
import { WatchOrder } from './watch-order.ts';

/** The dependencies of the orders service. */
export interface OrdersParts {
  storage: Pick<ServiceStorage<OrdersSchema>, 'db' | 'reads'>;
  logger: Logger;
  /** The time that an order stays in one status, in milliseconds. */
  stepMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The interval of the search for due orders, in milliseconds. */
const MAX_POLL_MS = 250;

/** The table of contents of the orders service. */
@Module({})
export class OrdersModule {
  static of({ storage: { db, reads }, logger, stepMs, now }: OrdersParts): DynamicModule {
    const book = new OrderBook(db, reads);
    const bell = new MoveBell(1_000);
    const move = new MoveOrder(db, bell, stepMs, now);
    const due = new MoveDue(db, move, now);
    const pollMs = Math.min(Math.ceil(stepMs / 4), MAX_POLL_MS);
    return {
      module: OrdersModule,
      controllers: [OrdersController],
      providers: [
        { provide: OrderBook, useValue: book },
        { provide: PlaceOrder, useValue: new PlaceOrder(db, stepMs, now) },
        { provide: CancelOrder, useValue: new CancelOrder(book, move) },
        { provide: WatchOrder, useValue: new WatchOrder(book, bell) },
        { provide: ExportOrders, useValue: new ExportOrders(book) },
        {
          provide: RepeatedWork,
          useValue: new RepeatedWork(logger, 'moving orders', pollMs, (stopping) => due.run(stopping)),
        },
      ],
    };
  }
}
