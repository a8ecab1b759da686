import type { GatewayError } from '#libs/errors';
import { declareRoute } from './route.ts';

/** Renders an error as an HTML document. */
export type RenderError = (error: GatewayError, requestId: string) => string;

declare module 'fastify' {
  interface FastifyContextConfig {
    errorPage?: RenderError;
  }
}

/**
 * Responds to failed browser navigations with an HTML page: browsers replace problem details by a page of their own, or
 * offer them for download. Clients that prefer JSON still get problem details.
 */
export const ErrorPage = (errorPage: RenderError): ClassDecorator & MethodDecorator => declareRoute({ errorPage });
