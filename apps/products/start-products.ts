import { products } from '#libs/contracts';
import { createLogger, type Logger } from '#libs/observe';
import { listenUrl, type RunningGrpcService, startGrpcService } from '#libs/service';
import { openStorage } from '#libs/storage';
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
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, SEED: seed } = settings;
  const db = await openStorage<ProductsSchema>({ name: 'products', databaseUrl, dataDir, migrations });
  try {
    if (seed !== undefined) await seedProducts(db, seed);
    return await startGrpcService({
      name: 'products',
      url,
      proto: 'shop/products/v1/products.proto',
      definition: products.ProductsServiceService,
      module: ProductsModule.of({ db, logger, now, sweepMs }),
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
