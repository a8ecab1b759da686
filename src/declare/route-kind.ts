import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

/**
 * Routes that the pipeline stages treat differently: `probe` is never shed and answers on both ports, `metrics` has its own
 * token, `graphql` has its own errors and body limit, `browser` manages browser sessions by navigation, `page` is a page of
 * the storefront, whose forms carry a token.
 */
export type RouteKind = 'probe' | 'metrics' | 'graphql' | 'browser' | 'page';

declare module 'fastify' {
  interface FastifyContextConfig {
    kind?: RouteKind;
    takesForms?: boolean;
    /** Whether a page is the same for all visitors, so that caches may share it. */
    isSharedPage?: boolean;
  }
}

/** Declares the kind of a route, or of all routes of a controller. */
export const OfKind = (kind: RouteKind): ClassDecorator & MethodDecorator => declareRoute({ kind });

/** Whether the request's route is of a kind; false without a route. */
export const isOfKind = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>, kind: RouteKind): boolean =>
  routeOptions.config?.kind === kind;

/** Accepts HTML form bodies, which other routes refuse: any page can make a visitor's browser submit a form. */
export const TakesForms = (): MethodDecorator => declareRoute({ takesForms: true });
