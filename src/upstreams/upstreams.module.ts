import { Config } from '#gateway/config/config';
import { Cache, type Declarations, RedisTier, remember } from '#libs/cache';
import { assistantDocument, reviewsDocument, usersDocument } from '#libs/contracts';
import { InternalTokenSigner } from '#libs/internal-token';
import { SettingsError } from '#libs/process';
import { Redis } from '#libs/redis';
import { DetachedWork, UpstreamClients } from '#libs/upstream';
import {
  type FactoryProvider,
  Global,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Assistant } from './assistant/assistant.port.ts';
import { AssistantRest } from './assistant/assistant.rest.ts';
import { logFailures } from './log-failures.ts';
import { OrdersGrpc } from './orders/orders.grpc.ts';
import { Orders } from './orders/orders.port.ts';
import { ProductsGrpc } from './products/products.grpc.ts';
import { Products } from './products/products.port.ts';
import { Reviews } from './reviews/reviews.port.ts';
import { ReviewsRest } from './reviews/reviews.rest.ts';
import { shapeVersion } from './shape-version.ts';
import { Users } from './users/users.port.ts';
import { UsersRest } from './users/users.rest.ts';

/** A port, and what may be remembered of its answers. */
type Port<T> = (abstract new () => T) & { cache: Declarations<T> };

const answered = <T extends object>(
  port: Port<T>,
  by: (to: UpstreamClients, at: Config) => T,
): FactoryProvider => ({
  provide: port,
  inject: [UpstreamClients, Config, Cache],
  useFactory: (to: UpstreamClients, at: Config, cache: Cache) => {
    const name = port.name.toLowerCase();
    const adapter = by(to, at);
    to.keepStreams(name, adapter);
    return remember(name, adapter, at.CACHE === 'on' ? port.cache : {}, cache);
  },
});

/** Which adapter answers for which port: one line each. */
const ports = [
  answered(Users, (to, at) => new UsersRest(to.rest('users', at.USERS_URL, usersDocument()))),
  answered(Orders, (to, at) => new OrdersGrpc(to.grpc('orders', at.ORDERS_URL))),
  answered(Products, (to, at) => new ProductsGrpc(to.grpc('products', at.PRODUCTS_URL))),
  answered(Reviews, (to, at) => new ReviewsRest(to.rest('reviews', at.REVIEWS_URL, reviewsDocument()))),
  answered(Assistant, (to, at) => new AssistantRest(assistantClient(to, at), at.ASSISTANT_MODEL)),
];

/** Whom the gateway asks. */
@Global()
@Module({
  providers: [
    {
      provide: UpstreamClients,
      inject: [Config, PinoLogger],
      useFactory: (
        {
          INTERNAL_TOKEN_KEY,
          UPSTREAMS_FILE: settings,
          REQUEST_TIMEOUT_MS: requestTimeoutMs,
          GRPC_CLIENT: implementation,
        }: Config,
        { logger }: PinoLogger,
      ) =>
        new UpstreamClients({
          tokens: new InternalTokenSigner(INTERNAL_TOKEN_KEY[0]!),
          settings,
          requestTimeoutMs,
          grpc: { implementation },
          onTlsRefused: (upstream, err) =>
            logger.warn({ upstream, err }, 'changed TLS files cannot be used: the last good ones stay in use'),
        }),
    },
    { provide: Cache, inject: [Config, Redis], useFactory: openCache },
    DetachedWork,
    ...ports,
  ],
  exports: [UpstreamClients, Cache, DetachedWork, ...ports.map(({ provide }) => provide)],
})
export class UpstreamsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly clients: UpstreamClients,
    private readonly cache: Cache,
    private readonly work: DetachedWork,
    private readonly config: Config,
    { logger }: PinoLogger,
  ) {
    clients.watchTries(logFailures(logger));
  }

  /** By now every upstream has been made. @throws {SettingsError} */
  onModuleInit(): void {
    refuseUnknown(Object.keys(this.config.UPSTREAMS_FILE), this.clients);
  }

  /** Writes that have begun end before the connections do, even where their clients have left. */
  async onApplicationShutdown(): Promise<void> {
    await this.work.settled();
    await this.cache.close();
    await this.clients.close();
  }
}

/** One of our own, or, with a key, somebody else's. */
const assistantClient = (to: UpstreamClients, { ASSISTANT_URL, ASSISTANT_API_KEY }: Config) =>
  to.rest('assistant', ASSISTANT_URL, assistantDocument(), ASSISTANT_API_KEY);

/** In this process alone, or, where there is Redis, shared with every gateway of the same release. */
function openCache({ CACHE_MEMORY_BYTES }: Config, redis: Redis | null): Cache {
  const cache = new Cache(CACHE_MEMORY_BYTES);
  if (redis) cache.share((onForgotten) => new RedisTier(redis, `atrium:cache:${shapeVersion()}:`, onForgotten));
  return cache;
}

function refuseUnknown(named: string[], clients: UpstreamClients): void {
  const known = clients.all().map(({ upstream }) => upstream.name);
  const unknown = named.filter((name) => !known.includes(name));
  if (!unknown.length) return;
  throw new SettingsError(`UPSTREAMS_FILE names ${unknown.join(', ')}; the upstreams are ${known.join(', ')}.`);
}
