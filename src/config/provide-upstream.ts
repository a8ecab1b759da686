import { Cache, type Declarations, withCache } from '#libs/cache';
import { UpstreamClients } from '#libs/upstream';
import type { FactoryProvider } from '@nestjs/common';
import { Config } from './config.ts';

/** A port class with the cache rules of its answers. */
type Port<T> = (abstract new () => T) & { cache: Declarations<T> };

const ports = new Set<unknown>();

/** Whether an injection token is the port of an upstream. */
export const isPort = (token: unknown): boolean => ports.has(token);

/** Provides the adapter that implements a port, wrapped in its cache. @param by creates the adapter from a client */
export const answered = <T extends object>(
  port: Port<T>,
  by: (to: UpstreamClients, at: Config) => T,
): FactoryProvider => {
  ports.add(port);
  return {
    provide: port,
    inject: [UpstreamClients, Config, Cache],
    useFactory: (to: UpstreamClients, at: Config, cache: Cache) => {
      const name = port.name.toLowerCase();
      const adapter = by(to, at);
      to.keepStreams(name, adapter);
      return withCache(name, adapter, at.CACHE === 'on' ? port.cache : {}, cache);
    },
  };
};
