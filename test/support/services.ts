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
import type { DestinationStream } from 'pino';

/** The services of the shop. */
export type ServiceName = 'users' | 'orders' | 'products' | 'reviews' | 'assistant';

/** Starts a real service in this process. Orders stay where they are, so that answers do too. */
export function startService(
  name: ServiceName,
  given: NodeJS.ProcessEnv,
  log?: DestinationStream,
): Promise<Running> {
  const environment = {
    ORDER_STEP_MS: '600000',
    TOKEN_MS: '0',
    SEED: '1',
    LOG_LEVEL: log ? 'info' : 'silent',
    ...given,
  };
  const logger = createLogger(name, environment.LOG_LEVEL, log);
  const starters = {
    users: () => startUsers(usersSettings(environment), log),
    orders: () => startOrders(readOrdersSettings(environment), { logger }),
    products: () => startProducts(readProductsSettings(environment), { logger }),
    reviews: () => startReviews(readReviewsSettings(environment), log),
    assistant: () => startAssistant(readAssistantSettings(environment), log),
  };
  return starters[name]();
}

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
