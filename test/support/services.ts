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
import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import type { Running } from '#libs/process';
import { freePort } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { processes } from '#test/support/processes';
import { copySeeded } from '#test/support/seeded-data';
import type { DestinationStream } from 'pino';

/** The services of the shop. */
export type ServiceName = keyof typeof starters;

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
  if (isStored(name) && dataDir && !databaseUrl && seed === '1') {
    // With the log of the service: all applications of a process share the logger of the first for what Nest logs.
    const { LOG_LEVEL } = environment;
    await copySeeded(name, dataDir, (folder) =>
      starters[name]({ SEED: '1', PORT: '0', LOG_LEVEL, DATA_DIR: folder }, log),
    );
  }
  return starters[name](environment, log);
}

type Start = (environment: NodeJS.ProcessEnv, log?: DestinationStream) => Promise<Running>;

const starters = {
  users: (environment, log) => startUsers(usersSettings(environment), log),
  orders: (environment, log) =>
    startOrders(readOrdersSettings(environment), loggingTo('orders', environment, log)),
  products: (environment, log) =>
    startProducts(readProductsSettings(environment), loggingTo('products', environment, log)),
  reviews: (environment, log) => startReviews(readReviewsSettings(environment), log),
  assistant: (environment, log) => startAssistant(readAssistantSettings(environment), log),
} satisfies Record<string, Start>;

/** The names of all services of the shop. */
export const SERVICES = Object.keys(starters) as ServiceName[];

/** The settings with which a gateway calls these services. @param at the address of a service, `host:port` */
export const addressSettings = (at: (name: ServiceName) => string): NodeJS.ProcessEnv =>
  Object.fromEntries(
    SERVICES.map((name) => {
      const scheme = upstreams[name].startsWith('http://') ? 'http://' : '';
      return [`${name.toUpperCase()}_URL`, `${scheme}${at(name)}`];
    }),
  );

const isStored = (name: ServiceName): boolean =>
  processes.some((process) => process.name === name && 'DATA_DIR' in process.schema.shape);

const loggingTo = (name: string, { LOG_LEVEL: level }: NodeJS.ProcessEnv, log?: DestinationStream) => ({
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
