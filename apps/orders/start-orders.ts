import { orders } from '#libs/contracts';
import { createLogger, type Logger } from '#libs/observe';
import { listenUrl, openServiceStorage, type RunningGrpcService, startGrpcService } from '#libs/service';
import { migrations } from './migrations.ts';
import { OrdersModule } from './orders.module.ts';
import type { OrdersSchema } from './schema.ts';
import { seedOrders } from './seed.ts';
import type { OrdersSettings } from './settings.ts';

/** Options that tests override. */
export interface OrdersSurroundings {
  logger?: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Starts the orders service, in this process. */
export async function startOrders(
  settings: OrdersSettings,
  { logger = createLogger('orders', settings.LOG_LEVEL), now = Date.now }: OrdersSurroundings = {},
): Promise<RunningGrpcService> {
  const url = await listenUrl(settings);
  const { SEED: seed } = settings;
  const storage = await openServiceStorage<OrdersSchema>('orders', settings, migrations, async (db) => {
    if (seed !== undefined) await seedOrders(db, seed);
  });
  return startGrpcService({
    name: 'orders',
    url,
    proto: 'shop/orders/v1/orders.proto',
    definition: orders.OrdersServiceService,
    module: OrdersModule.of({ storage, logger, now, stepMs: settings.ORDER_STEP_MS }),
    settings,
    telemetry: settings,
    logger,
    onStopped: () => storage.close(),
  });
}
