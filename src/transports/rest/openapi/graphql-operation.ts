import type { Config } from '#gateway/config/config';
import { EVENT_STREAM, JSON_TYPE } from '#libs/negotiation';
import type { JsonSchema } from '#libs/view';
import { type ErrorComponents, type Response } from './error-responses.ts';
import type { Edition } from './envelope.ts';
import type { Operation } from './finish-operation.ts';
import { sentEvent } from './event-schemas.ts';
import { EVERYWHERE, headerRefs } from './headers.ts';
import { parameterRef } from './parameters.ts';

/** The media type of GraphQL over HTTP. */
const GRAPHQL_RESPONSE = 'application/graphql-response+json';

const anything: JsonSchema = { type: 'object', additionalProperties: true };

const errors: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['message'],
    properties: {
      message: { type: 'string' },
      path: { type: 'array', items: { type: ['string', 'integer'] } },
      locations: { type: 'array', items: anything },
      extensions: {
        type: 'object',
        properties: { code: { type: 'string' }, requestId: { type: 'string' } },
        additionalProperties: true,
      },
    },
  },
};

const SCHEMAS: Record<string, JsonSchema> = {
  GraphqlRequest: {
    type: 'object',
    description: 'A GraphQL request; `documentId` names a trusted operation in place of `query`.',
    properties: {
      query: { type: 'string' },
      documentId: { type: 'string', description: 'For example `web/home`.' },
      operationName: { type: ['string', 'null'] },
      variables: { type: ['object', 'null'], additionalProperties: true },
      extensions: { type: ['object', 'null'], additionalProperties: true },
    },
  },
  GraphqlResponse: {
    type: 'object',
    description: 'A GraphQL response. `extensions.degraded` names parts that are missing or stale.',
    properties: { data: { type: ['object', 'null'], additionalProperties: true }, errors, extensions: anything },
  },
  GraphqlRefusal: {
    type: 'object',
    description: 'A GraphQL response without data: the request was refused.',
    required: ['errors'],
    properties: { errors, extensions: anything },
  },
};

const contents = (schema: string, types = [JSON_TYPE, GRAPHQL_RESPONSE]) =>
  Object.fromEntries(types.map((type) => [type, { schema: { $ref: `#/components/schemas/${schema}` } }]));

/** Operations as server-sent events (GraphQL over SSE, the distinct connections mode). */
const SUBSCRIPTION = {
  [EVENT_STREAM]: {
    itemSchema: {
      oneOf: [sentEvent('next', { $ref: '#/components/schemas/GraphqlResponse' }), sentEvent('complete', {})],
    },
  },
};

const STATUSES = ['400', '401', '403', '404', '406', '413', '415', '429', '500', '503', 'default'];

const BODY: Partial<Operation> = {
  requestBody: { required: true, content: contents('GraphqlRequest', [JSON_TYPE]) },
};
const QUERY = ['query', 'documentId', 'operationName', 'variables', 'extensions'].map((name) => ({
  name,
  in: 'query',
  required: false,
  ...(name === 'variables' || name === 'extensions' ? { description: 'JSON.' } : {}),
  schema: { type: 'string' },
}));

/** The responses to what failed in part, where they have a status of their own (GraphQL over HTTP, "Partial success"). */
const partial = (status: Config['GRAPHQL_PARTIAL_STATUS']): Record<string, Response> => {
  if (status === 200) return {};
  const description = 'What was executed in part, for clients that accept `application/graphql-response+json`.';
  return {
    [status]: {
      description,
      headers: headerRefs(EVERYWHERE),
      content: contents('GraphqlResponse', [GRAPHQL_RESPONSE]),
    },
  };
};

/**
 * The operations of `/graphql`: GET, POST, and in 3.2 also QUERY (RFC 10008). Their errors have the form of GraphQL.
 * @param partialStatus the status of partial responses
 */
export function graphqlOperations(
  edition: Edition,
  partialStatus: Config['GRAPHQL_PARTIAL_STATUS'],
  components: ErrorComponents,
): Record<string, Operation> {
  Object.assign(components.schemas, SCHEMAS);
  components.responses['GraphqlRefused'] ??= {
    description: 'The request was refused, with a code in `extensions` of the error.',
    headers: headerRefs([...EVERYWHERE, 'Accept', 'Accept-Encoding', 'Allow', 'Retry-After', 'WWW-Authenticate']),
    content: contents('GraphqlRefusal'),
  } satisfies Response;
  const operation = (operationId: string, summary: string, request: Partial<Operation> = BODY): Operation => ({
    operationId,
    summary,
    description: `${summary}. The schema is at /graphql itself; docs/limits.md has the limits.`,
    tags: ['graphql'],
    security: [],
    ...request,
    parameters: [...(request.parameters ?? []), parameterRef('RequestTimeout')],
    responses: {
      200: {
        description: 'What was executed, with the errors of single fields.',
        headers: headerRefs(EVERYWHERE),
        content: { ...contents('GraphqlResponse'), ...(edition === '3.2' && SUBSCRIPTION) },
      },
      ...partial(partialStatus),
      ...Object.fromEntries(STATUSES.map((status) => [status, { $ref: '#/components/responses/GraphqlRefused' }])),
    },
  });
  return {
    get: conditional(operation('graphqlByGet', 'Execute a GraphQL query by GET', { parameters: QUERY })),
    post: operation('graphql', 'Execute a GraphQL operation'),
    ...(edition === '3.2' && { query: operation('queryGraphql', 'Execute a GraphQL query by QUERY (RFC 10008)') }),
  };
}

/** A GET whose answer caches keep. */
function conditional(operation: Operation): Operation {
  operation.parameters!.push(parameterRef('IfNoneMatch'));
  Object.assign(operation.responses['200']!.headers!, headerRefs(['ETag']));
  operation.responses['304'] = {
    description: 'The client has the current representation.',
    headers: headerRefs([...EVERYWHERE, 'ETag']),
  };
  return operation;
}

/** The tag of GraphQL. */
export const GRAPHQL_TAG = { name: 'graphql', description: 'GraphQL over HTTP.' };
