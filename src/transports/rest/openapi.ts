import { Config } from '#gateway/config/config';
import { bodySchemas } from '#gateway/declare/question';
import { answeredViews } from '#gateway/declare/answers';
import { ApiInfo } from '#gateway/declare/api-info';
import { describedTags } from '#gateway/declare/tag';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';
import { viewDeclarations, viewPaths } from '#gateway/transports/graphql/views/view-paths';
import { viewSchemas } from '#libs/view';
import type { INestApplication } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { bound } from './openapi-bounds.ts';
import { type DescribedRoute, describedRoutes, operationIdOf } from './openapi/described-routes.ts';
import { type ErrorComponents, OTHER_ERRORS } from './openapi/error-responses.ts';
import { addExample } from './openapi/examples.ts';
import { eventData } from './openapi/event-schemas.ts';
import { type Edition, ENVELOPE_OF_ALL } from './openapi/envelope.ts';
import { finishOperation, type Operation } from './openapi/finish-operation.ts';
import { GRAPHQL_TAG, graphqlOperations } from './openapi/graphql-operation.ts';
import { HEADERS } from './openapi/headers.ts';
import { PARAMETERS } from './openapi/parameters.ts';
import { problemSchema } from './openapi/problem-schema.ts';
import { queryOperations } from './openapi/query-operations.ts';
import { ANY_WAY, SECURITY_SCHEMES } from './openapi/security.ts';
import { usedComponents } from './openapi/used-components.ts';

/** What the editions of the document have in common, before their operations are finished. */
interface Base {
  document: OpenAPIObject;
  routes: Map<string, DescribedRoute>;
}

/**
 * The OpenAPI documents of the running REST routes: 3.1, as generators read it, and 3.2 with every representation. The routes are
 * explored once for both, and what is known of them is dropped once both are made.
 * @param operations the trusted operations served under `/v1/views`; those of the gateway by default
 */
export function openApiDocuments(
  app: INestApplication,
  operations?: readonly PersistedOperation[],
): (edition: Edition) => OpenAPIObject {
  const missing = new Set<Edition>(['3.1', '3.2']);
  let known: Base | undefined;
  return (edition) => {
    const base = (known ??= baseOf(app, operations ?? [...app.get(Documents).trusted.values()]));
    missing.delete(edition);
    if (!missing.size) known = undefined;
    return documentOf(app, base, edition);
  };
}

function baseOf(app: INestApplication, trusted: readonly PersistedOperation[]): Base {
  const { title, description: about } = app.get(ApiInfo, { strict: false });
  const description = new DocumentBuilder()
    .setTitle(title)
    .setDescription(`${about} Every error is a problem document (RFC 9457).`)
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/')
    .build();
  const document = SwaggerModule.createDocument(app, description, { operationIdFactory: operationIdOf });
  const { schema } = app.get(GraphQLSchemaHost);
  Object.assign(document.paths, viewPaths(schema, trusted));
  return { document, routes: new Map([...describedRoutes(app), ...viewRoutes(schema, trusted)]) };
}

function documentOf(app: INestApplication, base: Base, edition: Edition): OpenAPIObject {
  const { routes } = base;
  const document = { ...structuredClone(base.document), openapi: `${edition}.0` };
  const paths = document.paths as Record<string, Record<string, Operation>>;
  if (edition === '3.2') {
    for (const [path, query] of queryOperations(app))
      paths[path] = { ...paths[path], query: { ...query, tags: paths[path]?.['get']?.['tags'] } };
  }

  // The views of events have their schemas, too.
  for (const { stream } of routes.values()) if (stream) eventData(stream.events, {});
  const schemas = { ...viewSchemas(answeredViews()), ...bodySchemas(), Problem: problemSchema() };
  const components: ErrorComponents = { responses: { Failure: OTHER_ERRORS }, schemas };
  const { examples = {} } = app.get(ApiInfo, { strict: false });
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      addExample(operation, examples[operation.operationId]);
      finishOperation(operation, { method, path }, routes.get(operation.operationId)!, components, edition);
    }
  }
  const { GRAPHQL_PARTIAL_STATUS } = app.get(Config, { strict: false });
  paths['/graphql'] = graphqlOperations(edition, GRAPHQL_PARTIAL_STATUS, components);
  document.servers = [
    { url: '/', description: 'This gateway, in production or locally.', 'x-internal': false } as never,
  ];
  document.security = ANY_WAY;
  if (edition === '3.1') Object.assign(document, { 'x-envelope': ENVELOPE_OF_ALL });
  document.tags = [...describedTags(), GRAPHQL_TAG];
  document.components = {
    securitySchemes: SECURITY_SCHEMES as never,
    ...usedComponents({ parameters: PARAMETERS, headers: HEADERS, ...components }, document.paths),
  };
  // View schemas are shared between documents of one process, and `bound` changes them in place.
  const own = structuredClone(document);
  bound(own);
  return own;
}

/** The routes of trusted queries: what they can answer is what their root fields can. */
const viewRoutes = (...of: Parameters<typeof viewDeclarations>): [operationId: string, route: DescribedRoute][] =>
  [...viewDeclarations(...of)].map(([operationId, { access, refusals }]) => [
    operationId,
    {
      access,
      limits: {},
      answer: undefined,
      hasRepresentation: true,
      mayBeInParts: false,
      isForBrowsers: false,
      stream: undefined,
      refusals: ['NOT_FOUND', 'VALIDATION_FAILED', ...refusals],
      callsUpstreams: true,
    },
  ]);
