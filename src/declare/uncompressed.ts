import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    isUncompressed?: boolean;
  }
}

/**
 * Keeps the answers of a route, or of all routes of a controller, from being compressed: those that hold a secret. The length
 * of such a compressed answer tells an attacker who adds text to it what the secret looks like (BREACH).
 */
export const Uncompressed = (): ClassDecorator & MethodDecorator => declareRoute({ isUncompressed: true });

/** Whether the route of a request has declared so. */
export const isUncompressed = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean =>
  routeOptions.config?.isUncompressed === true;
