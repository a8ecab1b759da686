import type { INestApplication } from '@nestjs/common';
import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import { OPERATOR_PAGE_POLICY } from '#gateway/identity/logins/operator-page';

/** The headers of all pages of operators. A form of a page without a referrer would have no `Origin`, and be refused. */
export const PAGE_HEADERS = {
  'content-security-policy': OPERATOR_PAGE_POLICY,
  'referrer-policy': 'same-origin',
};

/** The page of an error at the admin port. What renders pages is loaded with the first one. */
export const PAGE_ERRORS = {
  errorPage: async (error, requestId, request) =>
    (await import('./error.page.ts')).errorPage(error, requestId, request),
  errorPageHeaders: PAGE_HEADERS,
} satisfies FastifyContextConfig;

/** Lets an application answer unknown addresses of the admin port with pages. */
export function showOperatorErrors(app: INestApplication): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  server.decorate('unknownOperatorPage', PAGE_ERRORS);
}
