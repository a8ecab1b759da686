import { Cache, type Declarations, withCache } from '#libs/cache';
import { UpstreamClients } from '#libs/upstream';
import type { FactoryProvider } from '@nestjs/common';
import { Config } from './config.ts';

/** A port class with the cache rules of its answers. */
type Port<T> = (abstract new () => T) & { cache: Declarations<T> };

const ports = new Set<unknown>();

/** Whether an injection token is the port of an upstream. */
export const isPort = (token: unknown): boolean => ports.has(token);

/**
 * Provides the adapter that implements a port, wrapped in its cache.
 * @param adapterOf creates the adapter, with a client of its service
 */
export const provide = <T extends object>(
  port: Port<T>,
  adapterOf: (to: UpstreamClients, config: Config) => T,
): FactoryProvider => {
  ports.add(port);
  return {
    provide: port,
    inject: [UpstreamClients, Config, Cache],
    useFactory: (to: UpstreamClients, config: Config, cache: Cache) => {
      const name = port.name.toLowerCase();
      const adapter = adapterOf(to, config);
      to.keepStreams(name, adapter);
      return withCache(name, adapter, config.CACHE === 'on' ? port.cache : {}, cache);
    },
  };
};
