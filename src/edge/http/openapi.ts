import { bodySchemas } from '#gateway/edge/doors/question';
import { answeredViews } from '#gateway/edge/doors/answers';
import { Documents } from '#gateway/edge/graphql/documents';
import { viewPaths } from '#gateway/edge/graphql/trusted/view-paths';
import { PROBLEM_TYPE } from '#gateway/edge/errors/problem';
import { catalogue } from '#libs/errors';
import { type JsonSchema, viewSchemas } from '#libs/view';
import type { INestApplication } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const PUBLIC = 'x-atrium-public';

type Response = { description: string; content?: object };
type Operation = Record<string, unknown> & { responses: Record<string, Response>; [PUBLIC]?: boolean };

/** Serves the OpenAPI document at `/openapi.json` and a page to browse it at `/docs`. */
export function serveReference(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}

/** The OpenAPI 3.1 document of the REST door, as it runs. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Atrium')
    .setDescription('One API in front of users, orders and products. Every failure is a problem after RFC 9457.')
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addSecurityRequirements('bearer')
    .addServer('/')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  Object.assign(document.paths, viewPaths(app.get(GraphQLSchemaHost).schema, app.get(Documents).trusted.values()));
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as Operation[]) finish(operation);
  }
  const schemas = { ...viewSchemas(answeredViews()), ...bodySchemas(), Problem: problemSchema };
  document.components = { ...document.components, schemas: sorted(schemas) as never };
  return document;
}

function finish(operation: Operation): void {
  if (operation[PUBLIC]) operation['security'] = [];
  delete operation[PUBLIC];
  if (operation['x-deprecated']) operation['deprecated'] = true;
  delete operation['x-deprecated'];
  for (const response of Object.values(operation.responses)) response.description ||= 'Done.';
  const schema = { $ref: '#/components/schemas/Problem' };
  const [mediaType] = PROBLEM_TYPE.split(';');
  operation.responses['default'] = { description: 'A failure.', content: { [mediaType!]: { schema } } };
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const fieldError = {
  type: 'object',
  required: ['field', 'message'],
  properties: { field: { type: 'string' }, message: { type: 'string' } },
};

const refusedLine = {
  type: 'object',
  required: ['productId', 'requested', 'available'],
  properties: {
    productId: { type: 'string' },
    requested: { type: 'integer' },
    available: { type: ['integer', 'null'] },
  },
};

const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457).',
  required: ['type', 'title', 'status', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(catalogue) },
    requestId: { type: 'string', description: 'Names this request in our logs.' },
    errors: { type: 'array', items: fieldError, description: 'What is wrong with the input, field by field.' },
    lines: { type: 'array', items: refusedLine, description: 'The lines of an order that were refused.' },
  },
};
