import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

/** What goes first where not all can: somebody who waits, then what works for somebody, then what can wait. */
export const PRIORITIES = ['interactive', 'background', 'export'] as const;

/** How urgent a request is. */
export type Priority = (typeof PRIORITIES)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    priority?: Priority;
  }
}

/** Makes the requests of a route less urgent than others, which are `interactive`: under load they are refused first. */
export const RoutePriority = (priority: Priority): ClassDecorator & MethodDecorator => declareRoute({ priority });

/** The priority that the route of a request declares. */
export const declaredPriority = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): Priority | undefined =>
  routeOptions.config?.priority;
