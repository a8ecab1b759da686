import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

/**
 * What the stages of a request treat differently from other routes: `probe` is never shed and answers on both ports, `metrics`
 * has a token of its own, `graphql` has errors and a body limit of its own, `browser` manages the sessions of browsers, which
 * navigate to it.
 */
export type RouteKind = 'probe' | 'metrics' | 'graphql' | 'browser';

declare module 'fastify' {
  interface FastifyContextConfig {
    kind?: RouteKind;
    takesForms?: boolean;
  }
}

/** Says of what kind a route is, or all routes of a controller. */
export const OfKind = (kind: RouteKind): ClassDecorator & MethodDecorator => declareRoute({ kind });

/** Whether the route of a request is of a kind; never where there is no route. */
export const isOfKind = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>, kind: RouteKind): boolean =>
  routeOptions.config?.kind === kind;

/** Lets a route take the body of an HTML form. No other does: any page could make the browser of a visitor send one. */
export const TakesForms = (): MethodDecorator => declareRoute({ takesForms: true });
