import { JSON_TYPE } from '#libs/negotiation';
import { GatewayError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';

/** The parameters of a GraphQL request (GraphQL over HTTP, "Request Parameters"), with checked types. */
export interface GraphqlParams {
  query: string | undefined;
  documentId: string | undefined;
  operationName: string | undefined;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown>;
}

/**
 * Reads the parameters of an HTTP request: from the JSON body of a `POST` or `QUERY`, else from the query string.
 * @throws {GatewayError} BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, GRAPHQL_BATCH_REFUSED
 */
export function paramsOf({ method, body, mediaType, query }: FastifyRequest): GraphqlParams {
  if (method !== 'POST' && method !== 'QUERY') return checkParams(inSearch(query as Record<string, unknown>));
  if (mediaType !== undefined && mediaType !== JSON_TYPE)
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', { detail: 'The content must be application/json.' });
  return checkParams(body ?? {});
}

/**
 * Checks the parameters that a client sent over any transport. `null`, and an empty text, count as missing.
 * @throws {GatewayError} BAD_REQUEST naming a parameter of the wrong type, GRAPHQL_BATCH_REFUSED
 */
export function checkParams(given: unknown): GraphqlParams {
  if (Array.isArray(given)) {
    throw new GatewayError('GRAPHQL_BATCH_REFUSED', {
      detail: 'Batches are not supported: send one operation per request.',
    });
  }
  if (typeof given !== 'object' || given === null) throw notOf('an object', 'body');
  const { query, documentId, operationName, variables, extensions } = given as Record<string, unknown>;
  return {
    query: text(query, 'query') || undefined,
    documentId: text(documentId, 'documentId') || undefined,
    operationName: text(operationName, 'operationName') || undefined,
    variables: object(variables, 'variables'),
    extensions: object(extensions, 'extensions'),
  };
}

/** Parses the JSON parameters of a query string; empty ones count as missing. */
function inSearch({ variables, extensions, ...others }: Record<string, unknown>): object {
  return {
    ...others,
    ...(variables ? { variables: parsed(variables, 'variables') } : {}),
    ...(extensions ? { extensions: parsed(extensions, 'extensions') } : {}),
  };
}

function parsed(value: unknown, name: string): unknown {
  if (typeof value !== 'string') throw notOf('JSON, once', name);
  try {
    return JSON.parse(value);
  } catch {
    throw notOf('JSON', name);
  }
}

function text(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw notOf('a string', name);
  return value;
}

function object(value: unknown, name: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw notOf('an object', name);
  return value as Record<string, unknown>;
}

function notOf(type: string, field: string): GatewayError {
  const detail = `${field === 'body' ? 'The body' : `\`${field}\``} must be ${type}.`;
  return new GatewayError('BAD_REQUEST', { detail, errors: [{ field, message: `Must be ${type}` }] });
}
