import type { GatewayError } from '#libs/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

/** Renders an error as an HTML document, and sets headers that only this document has. */
export type RenderError = (
  error: GatewayError,
  requestId: string,
  request: FastifyRequest,
  reply: FastifyReply,
) => string | Promise<string>;

declare module 'fastify' {
  interface FastifyContextConfig {
    errorPage?: RenderError;
    errorPageHeaders?: Readonly<Record<string, string>>;
  }
  interface FastifyInstance {
    /** Renders the error of an address that no route has; undefined for problem details. */
    unknownPage?: RenderError;
    /** The same for the admin port, with the headers of that page. */
    unknownOperatorPage?: Pick<FastifyContextConfig, 'errorPage' | 'errorPageHeaders'>;
  }
}

/**
 * Responds to failed browser navigations with an HTML page: browsers replace problem details by a page of their own, or
 * offer them for download. Clients that prefer JSON still get problem details.
 * @param errorPageHeaders of the page, such as its own `Content-Security-Policy`
 */
export const ErrorPage = (
  errorPage: RenderError,
  errorPageHeaders: Readonly<Record<string, string>> = {},
): ClassDecorator & MethodDecorator => declareRoute({ errorPage, errorPageHeaders });
