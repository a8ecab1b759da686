import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/**
 * Adds to the Fastify route configuration of a handler, or of all handlers of a controller. Declarations combine, unlike
 * Nest's `RouteConfig`, whose last call replaces the others.
 */
export const declareRoute = (config: FastifyContextConfig): ClassDecorator & MethodDecorator =>
  ((target: object, name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (descriptor) return add(config, target, name!, descriptor);
    const { prototype } = target as { prototype: object };
    for (const [method, each] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (method !== 'constructor' && typeof each.value === 'function') add(config, prototype, method, each);
    }
  }) as ClassDecorator & MethodDecorator;

function add(
  config: FastifyContextConfig,
  target: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
): void {
  const before = Reflect.getOwnMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as
    | object
    | undefined;
  RouteConfig({ ...before, ...config })(target, name, descriptor);
}
