import type { Type } from '@nestjs/common';
import { Float, ID, Int } from '@nestjs/graphql';
import { enumerations } from './enumeration.ts';
import { DateTime, JsonObject, SafeInt } from './scalars.ts';
import { fieldsOf, isView, type Kind, type FieldDefinition, viewDescription, viewName } from './view.ts';

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 uses it. */
export type JsonSchema = Record<string, unknown>;

const scalars = new Map<Kind, JsonSchema>([
  [ID, { type: 'string' }],
  [String, { type: 'string' }],
  [Boolean, { type: 'boolean' }],
  [Float, { type: 'number' }],
  [Int, { type: 'integer', format: 'int32' }],
  [SafeInt, { type: 'integer', maximum: Number.MAX_SAFE_INTEGER, minimum: Number.MIN_SAFE_INTEGER }],
  [JsonObject, { type: 'object', additionalProperties: true }],
  [DateTime, { type: 'string', format: 'date-time' }],
]);

/** Points to a view's schema in an OpenAPI document. */
export function viewRef(view: Type): JsonSchema {
  return { $ref: `#/components/schemas/${viewName(view)}` };
}

/** The schemas of views, of all views they contain, and of every enumeration, by name. */
export function viewSchemas(roots: Iterable<Type>): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {};
  for (const { name, values } of enumerations()) schemas[name] = { type: 'string', enum: [...values] };
  const add = (view: Type): void => {
    if (schemas[viewName(view)]) return;
    schemas[viewName(view)] = schemaOf(view);
    for (const { kind } of fieldsOf(view)) if (isView(kind)) add(kind);
  };
  for (const view of roots) add(view);
  return schemas;
}

function schemaOf(view: Type): JsonSchema {
  const fields = fieldsOf(view);
  return {
    type: 'object',
    description: viewDescription(view),
    required: fields.filter(({ isJoined, isOmitted }) => !isJoined && !isOmitted).map(({ name }) => name),
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
  };
}

function fieldSchema({ kind, isList, isNullable, description, deprecated }: FieldDefinition): JsonSchema {
  const one = kindSchema(kind);
  const shape = isList ? { type: 'array', items: one } : one;
  const nullable = isNullable ? orNull(shape) : shape;
  const words = [description, deprecated && `Deprecated: ${deprecated}`].filter(Boolean).join(' ');
  return { ...nullable, ...(words && { description: words }), ...(deprecated && { deprecated: true }) };
}

function kindSchema(kind: Kind): JsonSchema {
  if (isView(kind)) return viewRef(kind);
  if ('members' in kind) return { $ref: `#/components/schemas/${kind.name}` };
  return scalars.get(kind)!;
}

function orNull(schema: JsonSchema): JsonSchema {
  return typeof schema.type === 'string'
    ? { ...schema, type: [schema.type, 'null'] }
    : { oneOf: [schema, { type: 'null' }] };
}
