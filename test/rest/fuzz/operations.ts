import { readFileSync } from 'node:fs';

/** A schema of the document, as far as requests are made of it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
}

/** A parameter of an operation. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

/** A declared answer: its media types with their schemas. */
interface Declared {
  content?: Record<string, { schema?: Schema; example?: unknown }>;
}

/** An operation of the OpenAPI document. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  parameters: Parameter[];
  /** Media types of its body, each with an example. */
  bodies: [type: string, example: unknown][];
  answers: Record<string, Declared>;
}

/** The OpenAPI document. */
export const openapi = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, RawOperation>>;
  components: object;
};
interface RawOperation {
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, Declared | { $ref: string }>;
}

/** What a reference of the document leads to. */
export function resolved<T extends object>(node: T | { $ref: string }): T {
  if (!('$ref' in node) || typeof node.$ref !== 'string') return node as T;
  let found: unknown = openapi;
  for (const name of node.$ref.slice(2).split('/')) found = (found as Record<string, unknown>)[name];
  return found as T;
}

/** Every operation of the document. */
export const operations: readonly Operation[] = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, raw]) => ({
    id: raw.operationId,
    method: method.toUpperCase(),
    path,
    parameters: (raw.parameters ?? []).map((parameter) => resolved<Parameter>(parameter)),
    bodies: Object.entries(raw.requestBody?.content ?? {}).map(
      ([type, { example }]) => [type, example] as [string, unknown],
    ),
    answers: Object.fromEntries(
      Object.entries(raw.responses).map(([status, answer]) => [status, resolved<Declared>(answer)]),
    ),
  })),
);
