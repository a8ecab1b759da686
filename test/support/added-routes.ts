import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';

/** A route as it was added to a server. */
export type AddedRoute = RouteOptions & {
  /** Whether a plugin has it, whose hooks would run for it. */
  isOfPlugin: boolean;
};

/** The routes that are added to the servers which `create` makes. */
export async function addedRoutes<T>(create: () => Promise<T>): Promise<{ made: T; routes: AddedRoute[] }> {
  const routes: AddedRoute[] = [];
  const watch = (message: unknown) => {
    const { fastify: server } = message as { fastify: FastifyInstance };
    server.addHook('onRoute', function (this: FastifyInstance, route) {
      routes.push({ ...route, isOfPlugin: this !== server });
    });
  };
  subscribe('fastify.initialization', watch);
  try {
    return { made: await create(), routes };
  } finally {
    unsubscribe('fastify.initialization', watch);
  }
}
