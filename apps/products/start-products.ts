import { products } from '#libs/contracts';
import { createLogger, type Logger } from '#libs/observe';
import { listenUrl, openServiceStorage, type RunningGrpcService, startGrpcService } from '#libs/service';
import { migrations } from './migrations.ts';
import { ProductsModule } from './products.module.ts';
import type { ProductsSchema } from './schema.ts';
import { seedProducts } from './seed.ts';
import type { ProductsSettings } from './settings.ts';

/** Options that tests override. */
export interface ProductsSurroundings {
  logger?: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** The interval of the search for overdue reservations, in milliseconds. */
  sweepMs?: number;
}

/** Starts the products service, in this process. */
export async function startProducts(
  settings: ProductsSettings,
  {
    logger = createLogger('products', settings.LOG_LEVEL),
    now = Date.now,
    sweepMs = 1_000,
  }: ProductsSurroundings = {},
): Promise<RunningGrpcService> {
  const url = await listenUrl(settings);
  const { SEED: seed } = settings;
  const storage = await openServiceStorage<ProductsSchema>('products', settings, migrations, async (db) => {
    if (seed !== undefined) await seedProducts(db, seed);
  });
  return startGrpcService({
    name: 'products',
    url,
    proto: 'shop/products/v1/products.proto',
    definition: products.ProductsServiceService,
    module: ProductsModule.of({ storage, logger, now, sweepMs }),
    settings,
    telemetry: settings,
    logger,
    onStopped: () => storage.close(),
  });
}
