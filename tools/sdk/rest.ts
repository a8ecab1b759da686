import {
  type Documents,
  nameOf,
  type OpenApiDocument,
  type OperationObject,
  pascal,
  type Schema,
} from './documents.ts';

/** An operation of the REST API, as the client has it. */
export interface RestOperation {
  name: string;
  method: string;
  path: string;
  object: OperationObject;
  /** The members of its input, by name. */
  input: Map<string, { type: string; isRequired: boolean; comment?: string }>;
  query: string[];
  body: { mediaType: string; type: string } | undefined;
  answer: 'json' | 'nothing' | 'bytes' | 'events';
  data: string;
  codes: string[];
  hasFields: boolean;
  isKeyed: boolean;
  isAnonymous: boolean;
  /** The events of a stream by name; undefined for other operations. */
  events: Map<string, Schema | undefined> | undefined;
  isResumed: boolean;
}

/** Operations that the client leaves out, and why. */
const LEFT_OUT: readonly [RegExp, string][] = [
  [/^\/v1\/views\//, 'trusted operations have functions of their own'],
  [/^\/v1\/uploads\/tus/, 'tus has clients of its own'],
  [/^\/graphql/, 'GraphQL has clients of its own, and trusted operations have functions'],
  [/^\/\.well-known\//, 'for resource servers'],
  [/^\/bff\/login GET$/, 'a navigation: `loginUrl`'],
];

/** Events that each stream may have, which the types of the client name themselves. */
const COMMON = new Set(['broadcast', 'end', 'overflow', 'shutdown', 'error']);
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'query'];

/** The operations of a document that the client has, in its order. */
export function restOperations({ openapi, withEvents }: Documents): RestOperation[] {
  return Object.entries(openapi.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const object = item[method];
      if (!object || LEFT_OUT.some(([what]) => what.test(path) || what.test(`${path} ${method.toUpperCase()}`)))
        return [];
      return [operationOf(openapi, path, method, object, withEvents?.paths[path]?.[method])];
    }),
  );
}

function operationOf(
  document: OpenApiDocument,
  path: string,
  method: string,
  object: OperationObject,
  withEvents: OperationObject | undefined,
): RestOperation {
  const parameters = (object.parameters ?? []).map((one) =>
    one.$ref ? document.components.parameters![nameOf(one.$ref)]! : one,
  );
  const success = Object.entries(object.responses).filter(([status]) => status.startsWith('2'));
  const contents = success.map(([, { content }]) => content ?? {});
  const media = contents.flatMap((content) => Object.keys(content));
  const isStream = media.includes('text/event-stream') && !media.includes('application/json');
  const isBytes = media.length > 0 && !isStream && media.some((type) => type !== 'application/json');
  const input: RestOperation['input'] = new Map();
  const isHeader = (name: string) => parameters.some((one) => one.in === 'header' && one.name === name);
  for (const one of parameters) {
    if (one.in !== 'path' && one.in !== 'query') continue;
    if (one.name === 'fields' || (isStream && one.in === 'query')) continue;
    const comment = one.description ?? one.schema.description;
    input.set(one.name, { type: typeOf(one.schema), isRequired: one.required ?? false, comment });
  }
  const [mediaType, content] = Object.entries(object.requestBody?.content ?? {})[0] ?? [];
  const isJson = mediaType !== undefined && /[/+]json$/.test(mediaType);
  const json = contents.map((one) => one['application/json']?.schema);
  const data = json.map((schema) => (schema ? typeOf(schema) : 'undefined'));
  return {
    name: object.operationId,
    method: method.toUpperCase(),
    path,
    object,
    input,
    query: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    body: isJson ? { mediaType, type: typeOf(content!.schema ?? {}) } : undefined,
    answer: isStream ? 'events' : isBytes ? 'bytes' : media.length ? 'json' : 'nothing',
    data: isBytes ? 'Response' : [...new Set(data)].join(' | '),
    codes: codesOf(document, object),
    hasFields: parameters.some(({ name }) => name === 'fields'),
    isKeyed: isHeader('Idempotency-Key'),
    isAnonymous: object.security?.length === 0 && method === 'post',
    events: isStream ? eventsOf(withEvents) : undefined,
    isResumed: isHeader('Last-Event-ID'),
  };
}

/** The codes of an operation's own responses. */
function codesOf({ components }: OpenApiDocument, { responses }: OperationObject): string[] {
  const found = Object.entries(responses).flatMap(([status, response]) => {
    if (!/^[45]/.test(status)) return [];
    const { content } = response.$ref ? components.responses![nameOf(response.$ref)]! : response;
    const { schema } = content?.['application/problem+json'] ?? {};
    return codesIn(schema?.$ref ? components.schemas[nameOf(schema.$ref)] : schema);
  });
  return [...new Set(found)].sort();
}

function codesIn(schema: Schema | undefined): string[] {
  const parts = schema?.allOf ?? (schema ? [schema] : []);
  return parts.flatMap(({ properties }) => (properties?.['code']?.enum ?? []).map(String));
}

/** The events of a stream, by the edition of the document that has them. */
function eventsOf(object: OperationObject | undefined): RestOperation['events'] {
  const { itemSchema } = object?.responses['200']?.content?.['text/event-stream'] ?? {};
  const events: NonNullable<RestOperation['events']> = new Map();
  for (const { properties } of itemSchema?.oneOf ?? []) {
    const name = String(properties?.['event']?.enum?.[0] ?? 'message');
    if (!COMMON.has(name)) events.set(name, properties?.['data']?.contentSchema);
  }
  return events;
}

/** The name that the data of an event has among the types, unless it is a component of the document. */
export const eventDataName = (operation: string, event: string): string =>
  `${pascal(operation)}${pascal(event)}Data`;

/** The TypeScript of a simple schema; what has members is a component of the document. */
export function typeOf({ $ref, type, enum: values, items, oneOf, anyOf }: Schema): string {
  if ($ref) return nameOf($ref);
  if (values) return values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(' | ');
  const several = oneOf ?? anyOf;
  if (several) return several.map(typeOf).join(' | ');
  const types = [type ?? []].flat().map((one) => {
    if (one === 'integer' || one === 'number') return 'number';
    if (one === 'array') return `(${items ? typeOf(items) : 'unknown'})[]`;
    return one === 'object' ? 'Record<string, unknown>' : one;
  });
  return types.join(' | ') || 'unknown';
}
