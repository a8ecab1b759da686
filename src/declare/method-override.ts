import { declareRoute } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a POST whose `X-HTTP-Method-Override` names the method of this route is routed to it. */
    takesOverride?: boolean;
  }
}

/**
 * Lets clients that cannot send PATCH or DELETE send POST with `X-HTTP-Method-Override`, as tus 1.0 requires. Proxies that
 * allow or log methods see POST: only for protocols that demand it.
 */
export const MethodOverride = (): MethodDecorator => declareRoute({ takesOverride: true });
