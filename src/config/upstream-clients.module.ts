import { Cache, RedisTier } from '#libs/cache';
import { InternalTokenSigner } from '#libs/internal-token';
import { SettingsError } from '#libs/process';
import { Redis } from '#libs/redis';
import { DetachedWork, UpstreamClients } from '#libs/upstream';
import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Config } from './config.ts';
import { logFailures } from './log-failures.ts';
import { redisKeys } from './redis-keys.ts';
import { shapeVersion } from './shape-version.ts';

/** What the adapters of all upstreams share: their clients, the cache, and the writes that outlive their requests. */
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
  ],
  exports: [UpstreamClients, Cache, DetachedWork],
})
export class UpstreamClientsModule implements OnModuleInit, OnApplicationShutdown {
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

/** In this process alone, or, where there is Redis, shared with every gateway of the same release. */
function openCache({ CACHE_MEMORY_BYTES }: Config, redis: Redis | null): Cache {
  const cache = new Cache(CACHE_MEMORY_BYTES);
  if (redis) cache.share((onForgotten) => new RedisTier(redis, redisKeys.cache(shapeVersion(), ''), onForgotten));
  return cache;
}

function refuseUnknown(named: string[], clients: UpstreamClients): void {
  const known = clients.all().map(({ upstream }) => upstream.name);
  const unknown = named.filter((name) => !known.includes(name));
  if (!unknown.length) return;
  throw new SettingsError(`UPSTREAMS_FILE names ${unknown.join(', ')}; the upstreams are ${known.join(', ')}.`);
}
