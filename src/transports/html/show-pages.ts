import type { RenderError } from '#gateway/declare/error-page';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { PageResponder } from './page-responder.ts';
import { plainErrorPage } from './plain-error-page.ts';
import { visitOf } from './visit.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Renders the pages of errors; undefined if the application has no pages. */
    pages: PageResponder | undefined;
  }
}

/** The page of an error, in place of the page that was requested. */
export const pageOfError: RenderError = (error, _requestId, request, reply) =>
  request.server.pages!.error(visitOf(request, reply), error);

/** Lets an application answer errors of its routes, and unknown addresses, with pages. @returns its own, if it has some */
export function showPages(app: INestApplication): PageResponder | undefined {
  const pages = pagesOf(app);
  decorateWith(app.getHttpAdapter().getInstance() as FastifyInstance, pages);
  return pages;
}

/** Lets a server answer with pages. */
export function decorateWith(server: FastifyInstance, pages: PageResponder | undefined): void {
  server.decorate('pages', pages).decorate('unknownPage', pages ? pageOfError : plainErrorPage('/'));
}

function pagesOf(app: INestApplication): PageResponder | undefined {
  try {
    return app.get(PageResponder, { strict: false });
  } catch {
    // Nest has no question for whether there is a provider.
    return undefined;
  }
}
