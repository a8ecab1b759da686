import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    isUncompressed?: boolean;
  }
}

/**
 * Disables compression for a route, or for all routes of a controller, whose responses contain a secret: the compressed
 * length leaks it to an attacker who can inject text (BREACH).
 */
export const Uncompressed = (): ClassDecorator & MethodDecorator => declareRoute({ isUncompressed: true });

/** Whether the request's route disables compression. */
export const isUncompressed = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean =>
  routeOptions.config?.isUncompressed === true;
