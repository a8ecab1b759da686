import { bodySchemas } from '#gateway/declare/question';
import { answeredViews } from '#gateway/declare/answers';
import { ApiInfo } from '#gateway/declare/api-info';
import { describedTags } from '#gateway/declare/tag';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';
import { viewPaths } from '#gateway/transports/graphql/views/view-paths';
import { PROBLEM_TYPE } from '#gateway/edge/errors/problem';
import { catalogue, problemMembers } from '#libs/errors';
import { type JsonSchema, viewSchemas } from '#libs/view';
import type { INestApplication } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { bound } from './openapi-bounds.ts';

const PUBLIC = 'x-atrium-public';

type Response = { description?: string; content?: object; headers?: object; $ref?: string };
type OpenApiOperation = Record<string, unknown> & { responses: Record<string, Response>; [PUBLIC]?: boolean };

/** Serves the OpenAPI document at `/openapi.json` and a page to browse it at `/docs`. */
export function serveReference(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}

/** The OpenAPI 3.1 document of the running REST routes. @param operations the trusted operations served under `/v1/views` */
export function openApiDocument(
  app: INestApplication,
  operations: Iterable<PersistedOperation> = app.get(Documents).trusted.values(),
): OpenAPIObject {
  const { title, description: about } = app.get(ApiInfo, { strict: false });
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(`${about} Every error is a problem document (RFC 9457).`)
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'A JWT access token (RFC 9068), validated as RFC8725 recommends; see docs/security.md.',
      },
      'bearer',
    )
    .addSecurity('dpop', {
      type: 'http',
      scheme: 'DPoP',
      description: 'An access token bound to a key, with a proof in the header `DPoP` (RFC 9449).',
    })
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The API key of a partner.' },
      'apiKey',
    )
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('dpop')
    .addSecurityRequirements('apiKey')
    .addServer('/')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  Object.assign(document.paths, viewPaths(app.get(GraphQLSchemaHost).schema, operations));
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as OpenApiOperation[]) finish(operation);
  }
  document.servers = [
    { url: '/', description: 'This gateway, in production or locally.', 'x-internal': false } as never,
  ];
  document.tags = describedTags();
  const schemas = { ...viewSchemas(answeredViews()), ...bodySchemas(), Problem: problemSchema() };
  Object.assign(document.components!, { headers: HEADERS, responses: failures });
  document.components!.schemas = sorted(used(schemas, { ...document.paths, failures })) as never;
  // View schemas are shared between documents of one process, and `bound` changes them in place.
  const own = structuredClone(document);
  bound(own);
  return own;
}

const header = (description: string) => ({ description, schema: { type: 'string', maxLength: 1_000 } });

/** The headers that every response may have. */
const HEADERS = {
  RateLimit: header('The remaining quota of each limit (draft-ietf-httpapi-ratelimit-headers).'),
  'RateLimit-Policy': header('The limits that apply (draft-ietf-httpapi-ratelimit-headers).'),
  'Access-Control-Allow-Origin': header('The origin of the requesting page, if CORS_ORIGINS lists it.'),
};

const everywhere = Object.fromEntries(
  Object.keys(HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** The failure responses of every operation, besides those that it declares. */
const FAILURES: readonly [status: string, name: string, description: string, headers?: object][] = [
  ['400', 'BadRequest', 'The request cannot be parsed.'],
  ['401', 'Unauthenticated', 'The token is missing or invalid.'],
  ['422', 'UnprocessableContent', 'A value has the right type, but is out of range or badly formatted.'],
  ['429', 'RateLimited', 'Too many requests.', { 'Retry-After': header('When to retry, in seconds.') }],
  ['500', 'Internal', 'An internal error.'],
  ['default', 'Failure', 'Any other error.'],
];

const [PROBLEM] = PROBLEM_TYPE.split(';');

const failures = Object.fromEntries(
  FAILURES.map(([, name, description, headers]) => {
    const content = { [PROBLEM!]: { schema: { $ref: '#/components/schemas/Problem' } } };
    return [name, { description, headers: { ...everywhere, ...headers }, content }];
  }),
);

function finish(operation: OpenApiOperation): void {
  if (operation[PUBLIC]) operation['security'] = [];
  delete operation[PUBLIC];
  if (operation['x-deprecated']) operation['deprecated'] = true;
  delete operation['x-deprecated'];
  operation['description'] ??= `${String(operation['summary'])}.`;
  for (const response of Object.values(operation.responses)) {
    response.description ||= 'Done.';
    response.headers = { ...everywhere, ...response.headers };
  }
  for (const [status, name] of FAILURES)
    operation.responses[status] ??= { $ref: `#/components/responses/${name}` };
}

/** The schemas that are referenced from the paths or from each other. */
function used(schemas: Record<string, JsonSchema>, paths: object): Record<string, JsonSchema> {
  const found = new Set<string>();
  const visit = (where: object): void => {
    for (const [, name] of JSON.stringify(where).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (found.has(name!) || !schemas[name!]) continue;
      found.add(name!);
      visit(schemas[name!]!);
    }
  };
  visit(paths);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => found.has(name)));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const fieldError = {
  type: 'object',
  required: ['field', 'message'],
  properties: { field: { type: 'string' }, message: { type: 'string' } },
};

/** A function, since features add their error codes after this module is loaded. */
const problemSchema = (): JsonSchema => ({
  type: 'object',
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(catalogue) },
    requestId: { type: 'string', description: 'The id of this request in the logs.' },
    errors: { type: 'array', items: fieldError, description: 'Validation errors, by field.' },
    ...problemMembers(),
  },
});
