import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssistantSettings } from '#apps/assistant/settings';
import { startAssistant } from '#apps/assistant/start-assistant';
import { readOrdersSettings } from '#apps/orders/settings';
import { startOrders } from '#apps/orders/start-orders';
import { readProductsSettings } from '#apps/products/settings';
import { startProducts } from '#apps/products/start-products';
import { readReviewsSettings } from '#apps/reviews/settings';
import { startReviews } from '#apps/reviews/start-reviews';
import { usersSettings } from '#apps/users/settings';
import { startUsers } from '#apps/users/start-users';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import type { Running } from '#libs/process';
import { freePort } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { copySeeded } from '#test/support/seeded-data';
import type { DestinationStream } from 'pino';

/** The services of the shop. */
export type ServiceName = 'users' | 'orders' | 'products' | 'reviews' | 'assistant';

/** Services with a database. */
const STORED: readonly ServiceName[] = ['users', 'orders', 'products', 'reviews'];

/** Starts a real service in this process. Orders stay where they are, so that answers do too. */
export async function startService(
  name: ServiceName,
  given: NodeJS.ProcessEnv,
  log?: DestinationStream,
): Promise<Running> {
  const environment: NodeJS.ProcessEnv = {
    ORDER_STEP_MS: '600000',
    TOKEN_MS: '0',
    SEED: '1',
    LOG_LEVEL: log ? 'info' : 'silent',
    ...given,
  };
  const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, SEED: seed } = environment;
  if (STORED.includes(name) && dataDir && !databaseUrl && seed === '1') {
    // With the log of the service: all applications of a process share the logger of the first for what Nest logs.
    const { LOG_LEVEL } = environment;
    await copySeeded(name, dataDir, (folder) =>
      starters[name]({ SEED: '1', PORT: '0', LOG_LEVEL, DATA_DIR: folder }, log),
    );
  }
  return starters[name](environment, log);
}

type Start = (environment: NodeJS.ProcessEnv, log?: DestinationStream) => Promise<Running>;

const starters: Record<ServiceName, Start> = {
  users: (environment, log) => startUsers(usersSettings(environment), log),
  orders: (environment, log) =>
    startOrders(readOrdersSettings(environment), loggingTo('orders', environment, log)),
  products: (environment, log) =>
    startProducts(readProductsSettings(environment), loggingTo('products', environment, log)),
  reviews: (environment, log) => startReviews(readReviewsSettings(environment), log),
  assistant: (environment, log) => startAssistant(readAssistantSettings(environment), log),
};

const loggingTo = (name: ServiceName, { LOG_LEVEL: level }: NodeJS.ProcessEnv, log?: DestinationStream) => ({
  logger: createLogger(name, level ?? 'info', log),
});

/** One real service with demo data, and a gateway's clients for it. */
export async function serviceForSpec(name: ServiceName) {
  const dataDir = mkdtempSync(join(tmpdir(), `atrium-${name}-`));
  const port = await freePort();
  const service = await startService(name, { PORT: `${port}`, DATA_DIR: dataDir });
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  const close = async () => {
    await clients.close();
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { address: `127.0.0.1:${port}`, clients, close };
}
