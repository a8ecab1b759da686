import { Cache, type Declarations, remember } from '#libs/cache';
import { UpstreamClients } from '#libs/upstream';
import type { FactoryProvider } from '@nestjs/common';
import { Config } from './config.ts';

/** A port, and what may be remembered of its answers. */
type Port<T> = (abstract new () => T) & { cache: Declarations<T> };

/** Provides the adapter that answers for a port, with the cache around it. @param by makes the adapter over a client */
export const answered = <T extends object>(
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
