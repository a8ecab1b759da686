import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    isUncompressed?: boolean;
  }
}

const asRoute = RouteConfig({ isUncompressed: true });

/**
 * Keeps the answers of a route, or of all routes of a controller, from being compressed: those that hold a secret. How short
 * such an answer becomes would tell who can have text of theirs put beside it what the secret looks like (BREACH). The
 * configuration of a route is one: it goes with no other decorator that sets it.
 */
export const Uncompressed = (): ClassDecorator & MethodDecorator =>
  ((target: object, name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (descriptor) return void asRoute(target, name!, descriptor);
    const { prototype } = target as { prototype: object };
    for (const [method, each] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (method !== 'constructor' && typeof each.value === 'function') asRoute(prototype, method, each);
    }
  }) as ClassDecorator & MethodDecorator;

/** Whether the route of a request has declared so. */
export const isUncompressed = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean =>
  routeOptions.config?.isUncompressed === true;
