import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { PageResponder } from './page-responder.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Renders the pages of errors; undefined if the application has no pages. */
    pages: PageResponder | undefined;
  }
}

/** Lets the routes of an application answer errors with pages, if it has pages. @returns them */
export function showPages(app: INestApplication): PageResponder | undefined {
  const pages = pagesOf(app);
  (app.getHttpAdapter().getInstance() as FastifyInstance).decorate('pages', pages);
  return pages;
}

function pagesOf(app: INestApplication): PageResponder | undefined {
  try {
    return app.get(PageResponder, { strict: false });
  } catch {
    // Nest has no question for whether there is a provider.
    return undefined;
  }
}
