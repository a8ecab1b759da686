import { products } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { unaryCall, calledFor, type Place } from '#libs/testing';
import { credentials } from '@grpc/grpc-js';
import { afterAll } from '@jest/globals';
import { readProductsSettings } from './settings.ts';
import { type ProductsSurroundings, startProducts } from './start-products.ts';

/** A logged-in caller. */
export const user = (id: string) => calledFor({ id, scopes: [] }, 'products');

/**
 * Starts products services in this process, with the demo products, and stops them after the last test of the suite.
 */
export function productsForTests() {
  const cleanups: Array<() => Promise<void> | void> = [];
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  return async ({ dataDir, databaseUrl }: Place, surroundings: ProductsSurroundings = {}) => {
    const environment = { PORT: '0', DATA_DIR: dataDir, DATABASE_URL: databaseUrl, SEED: '1' };
    const logger = createLogger('products', 'silent');
    const running = await startProducts(readProductsSettings(environment), { logger, ...surroundings });
    const client = new products.ProductsServiceClient(running.url, credentials.createInsecure());
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= running.stop());
    cleanups.push(stop, () => client.close());
    const available = async (id: string): Promise<number> => {
      const answer = await unaryCall(client, client.batchGetProducts, { ids: [id] }, user('u1'));
      return answer.products[0]!.available;
    };
    return { client, stop, available, url: running.url };
  };
}
