import { orders } from '#libs/contracts';
import { createLogger, type Logger } from '#libs/observe';
import { listenUrl, type RunningGrpcService, startGrpcService } from '#libs/service';
import { openStorage } from '#libs/storage';
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
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, SEED: seed } = settings;
  const db = await openStorage<OrdersSchema>({ name: 'orders', databaseUrl, dataDir, migrations });
  try {
    if (seed !== undefined) await seedOrders(db, seed);
    return await startGrpcService({
      name: 'orders',
      url,
      proto: 'shop/orders/v1/orders.proto',
      definition: orders.OrdersServiceService,
      module: OrdersModule.of({ db, logger, now, stepMs: settings.ORDER_STEP_MS }),
      internalTokenKeys: settings.INTERNAL_TOKEN_KEY,
      telemetry: settings,
      logger,
      onStopped: () => db.destroy(),
    });
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
