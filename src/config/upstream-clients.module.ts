import { Cache, RedisTier } from '#libs/cache';
import { InternalTokenSigner } from '#libs/internal-token';
import { SettingsError } from '#libs/process';
import { CallLog } from '#libs/rehearsal';
import { Redis } from '#libs/redis';
import { DetachedWork, UpstreamClients } from '#libs/upstream';
import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Config } from './config.ts';
import { logFailures } from './log-failures.ts';
import { redisKeys } from './redis-keys.ts';
import { shapeVersion } from './shape-version.ts';

/** What the adapters of all upstreams share: clients, cache, and the tracker of writes that outlive their requests. */
@Global()
@Module({
  providers: [
    {
      provide: InternalTokenSigner,
      inject: [Config],
      useFactory: ({ INTERNAL_TOKEN_KEY }: Config) => new InternalTokenSigner(...INTERNAL_TOKEN_KEY),
    },
    {
      provide: UpstreamClients,
      inject: [Config, PinoLogger, CallLog, InternalTokenSigner],
      useFactory: (
        { UPSTREAMS_FILE: settings, REQUEST_TIMEOUT_MS: requestTimeoutMs, GRPC_CLIENT: implementation }: Config,
        { logger }: PinoLogger,
        calls: CallLog | null,
        tokens: InternalTokenSigner,
      ) => {
        const clients = new UpstreamClients({
          tokens,
          settings,
          requestTimeoutMs,
          grpc: { implementation },
          onCall: calls?.addCall,
          onTlsRefused: (upstream, err) =>
            logger.warn({ upstream, err }, 'changed TLS files cannot be used: the last good ones stay in use'),
        });
        if (calls) clients.watchTries((record, error) => calls.addTry(record, error));
        return clients;
      },
    },
    { provide: CallLog, inject: [Config], useFactory: openCallLog },
    { provide: Cache, inject: [Config, Redis], useFactory: openCache },
    DetachedWork,
  ],
  exports: [UpstreamClients, InternalTokenSigner, Cache, CallLog, DetachedWork],
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

  /** Checks the names in UPSTREAMS_FILE: by now every upstream is registered. @throws {SettingsError} */
  onModuleInit(): void {
    refuseUnknown(Object.keys(this.config.UPSTREAMS_FILE), this.clients);
  }

  /** Waits for writes in progress before the connections close, even if their clients have disconnected. */
  async onApplicationShutdown(): Promise<void> {
    await this.work.settled();
    await this.cache.close();
    await this.clients.close();
  }
}

/** Opens the cache: in process memory, and in Redis, if configured, shared by all gateways of the same release. */
function openCache({ CACHE_MEMORY_BYTES }: Config, redis: Redis | null): Cache {
  const cache = new Cache(CACHE_MEMORY_BYTES);
  if (redis)
    cache.share((onInvalidated) => new RedisTier(redis, redisKeys.cache(shapeVersion(), ''), onInvalidated));
  return cache;
}

/** The calls of the last minutes, which policies are rehearsed with; null where none are kept. */
function openCallLog({ REHEARSAL_MINUTES: minutes, REHEARSAL_MEMORY_BYTES: maxBytes }: Config): CallLog | null {
  return minutes ? new CallLog({ minutes, maxBytes }) : null;
}

function refuseUnknown(named: string[], clients: UpstreamClients): void {
  const known = clients.all().map(({ upstream }) => upstream.name);
  const unknown = named.filter((name) => !known.includes(name));
  if (!unknown.length) return;
  throw new SettingsError(`UPSTREAMS_FILE names ${unknown.join(', ')}; the upstreams are ${known.join(', ')}.`);
}
