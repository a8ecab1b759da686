import { addVary } from '#gateway/edge/headers/vary';
import { HTML, JSON_TYPE, prefersHtml } from '#libs/negotiation';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The links of `/`: their descriptions, and whether a browser can show them. */
const LINKS: readonly [name: string, path: string, what: string, isPage: boolean][] = [
  ['documentation', '/docs', 'How to use the API, for people', true],
  ['openapi', '/openapi.json', 'The REST API, as an OpenAPI 3.1 document', true],
  ['openapi32', '/openapi.3.2.json', 'The same as OpenAPI 3.2, with every representation', true],
  ['asyncapi', '/asyncapi.json', 'Streams, subscriptions and sockets, as an AsyncAPI document', true],
  ['rest', '/v1', 'The base of the REST API', false],
  ['graphql', '/graphql', 'The GraphQL API: POST, or GET for queries', false],
];

const item = ([, path, what, isPage]: (typeof LINKS)[number]): string =>
  `<li>${isPage ? `<a href="${path}">${path}</a>` : `<code>${path}</code>`} ${what}</li>`;

const jsonOf = (links: typeof LINKS): string =>
  JSON.stringify({
    detail: 'This is an API. It has nothing at / but these links.',
    links: Object.fromEntries(links.map(([name, path]) => [name, path])),
  });

const pageOf = (links: typeof LINKS): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>An API</title>
<link rel="icon" href="data:,">
<h1>An API</h1>
<p>It has nothing here but these links:</p>
<ul>
${links.map(item).join('\n')}
</ul>
</html>
`;

/**
 * Serves `GET /`: JSON with links for programs; for browsers the same as HTML, or a redirect to the storefront.
 * @param hasPortal whether `/docs` is public
 * @param startPage of the storefront; undefined for the list of links
 */
export function serveFrontPage(app: INestApplication, hasPortal: boolean, startPage?: string): void {
  const links = LINKS.filter(([, path]) => hasPortal || path !== '/docs');
  const [asJson, asHtml] = [jsonOf(links), pageOf(links)];
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  server.get('/', ({ headers: { accept } }: FastifyRequest, reply: FastifyReply) => {
    const isPage = prefersHtml(accept);
    addVary(reply, 'Accept');
    if (isPage && startPage !== undefined) return reply.redirect(startPage, 303);
    void reply.header('cache-control', 'public, max-age=300').type(`${isPage ? HTML : JSON_TYPE}; charset=utf-8`);
    return reply.send(isPage ? asHtml : asJson);
  });
}
