import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

/** The priorities, most urgent first: a waiting user, background work for a user, and what can wait. */
export const PRIORITIES = ['interactive', 'background', 'export'] as const;

/** The priority of a request. */
export type Priority = (typeof PRIORITIES)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    priority?: Priority;
  }
}

/** Sets the priority of a route, `interactive` by default: under load, lower priorities are shed first. */
export const RoutePriority = (priority: Priority): ClassDecorator & MethodDecorator => declareRoute({ priority });

/** The priority that the request's route declares. */
export const declaredPriority = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): Priority | undefined =>
  routeOptions.config?.priority;
