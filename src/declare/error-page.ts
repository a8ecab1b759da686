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
 * Answers people who navigate to a route with an HTML page when it fails: browsers replace problem details by a page of their
 * own, or offer them as a file. Clients that prefer JSON get problem details all the same.
 */
export const ErrorPage = (errorPage: RenderError): ClassDecorator & MethodDecorator => declareRoute({ errorPage });
