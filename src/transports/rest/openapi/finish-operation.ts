import type { DescribedRoute } from './described-routes.ts';
import { errorCodesOf } from './error-codes.ts';
import { addRepresentations, streamContents } from './contents.ts';
import type { Edition } from './envelope.ts';
import { type ErrorComponents, errorResponses, type Response } from './error-responses.ts';
import { EVERYWHERE, type HeaderName, headerRefs } from './headers.ts';
import { parameterRef } from './parameters.ts';
import { ANY_WAY, COOKIE_ALONE } from './security.ts';

/** The methods whose answers caches keep. */
const READS = new Set(['get', 'query']);

/** An operation of an OpenAPI document. */
export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, Response>;
  security?: object[];
  deprecated?: boolean;
  [extension: string]: unknown;
}

/** Where an operation is in the document. */
export interface Place {
  method: string;
  path: string;
}

/**
 * Completes an operation from what its route declares: access, headers of requests and responses, 304, and the errors
 * that can occur. Adds the components that they need.
 */
export function finishOperation(
  operation: Operation,
  place: Place,
  route: DescribedRoute,
  components: ErrorComponents,
  edition: Edition,
): void {
  delete operation['x-atrium-public'];
  if (route.access.isPublic) operation.security = [];
  else if (place.method === 'get' && (route.isForBrowsers || route.stream))
    operation.security = [...ANY_WAY, COOKIE_ALONE];
  if (!route.access.isPublic && route.access.scopes?.length) operation['x-required-scopes'] = route.access.scopes;
  const isDeprecated = operation['x-deprecated'] !== undefined;
  delete operation['x-deprecated'];
  if (isDeprecated) operation.deprecated = true;
  operation.description ??= `${operation.summary}.`;

  const { stream } = route;
  const [ok] = Object.values(operation.responses);
  if (stream && ok) ok.content = streamContents(stream, edition, components.schemas);
  addRepresentations(operation, route, edition, components.schemas);

  const isPolled = stream !== undefined && !stream.isAnswer;
  const isConditional = READS.has(place.method) && (isPolled || route.hasRepresentation);
  const hasBody = operation.requestBody !== undefined;
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...(stream ? [] : [parameterRef('RequestTimeout')]),
    ...(isConditional ? [parameterRef('IfNoneMatch')] : []),
    ...(route.access.isForPages ? [parameterRef('Csrf')] : []),
  ];
  if (isConditional) operation.responses['304'] ??= { description: 'The client has the current representation.' };

  for (const [status, response] of Object.entries(operation.responses)) {
    response.description ||= 'Done.';
    const own = ownHeaders(status, place, { isConditional, isDeprecated, route });
    response.headers = { ...headerRefs([...EVERYWHERE, ...own]), ...response.headers };
  }
  const errors = errorResponses(errorCodesOf(route, { ...place, hasBody }), components, edition);
  operation.responses = { ...operation.responses, ...errors, default: { $ref: '#/components/responses/Failure' } };
}

interface Traits {
  isConditional: boolean;
  isDeprecated: boolean;
  route: DescribedRoute;
}

function ownHeaders(
  status: string,
  { method }: Place,
  { isConditional, isDeprecated, route }: Traits,
): HeaderName[] {
  const isRepresentation = isConditional && (status === '200' || status === '304');
  const isVersioned = route.answer?.isVersioned === true && status === '200';
  return [
    ...(isRepresentation || isVersioned ? (['ETag'] as const) : []),
    ...(isVersioned && !READS.has(method) ? (['Content-Location'] as const) : []),
    // Where the answer can be read again by GET (RFC 10008, section 2.5).
    ...(isRepresentation && method === 'query' ? (['Content-Location', 'Location'] as const) : []),
    ...(status === '201' || status === '202' || status === '303' ? (['Location'] as const) : []),
    ...(isDeprecated ? (['Deprecation', 'Sunset', 'Link'] as const) : []),
  ];
}
