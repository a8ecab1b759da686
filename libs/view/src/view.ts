import type { Type } from '@nestjs/common';
import { Field, type Float, type ID, type Int, InterfaceType, ObjectType } from '@nestjs/graphql';
import type { Enumeration } from './enumeration.ts';
import type { DateTime, JsonObject, SafeInt } from './scalars.ts';

/** The type of a field: a scalar, an enumeration, or another view. */
export type Kind =
  | typeof ID
  | typeof Int
  | typeof Float
  | typeof String
  | typeof Boolean
  | typeof DateTime
  | typeof JsonObject
  | typeof SafeInt
  | Enumeration
  | Type;

/** One field of a view. */
export interface FieldDefinition {
  name: string;
  kind: Kind;
  isList: boolean;
  isNullable: boolean;
  isJoined: boolean;
  isOmitted: boolean;
  /** The replacement of a deprecated field. */
  deprecated: string | undefined;
  description: string | undefined;
}

/** Options of `@ViewField`. */
export interface ViewFieldOptions {
  /** Whether the field may be `null`: unavailable, or none. */
  nullable?: boolean;
  /** Whether the field needs another upstream call: it is in an answer only if it is selected. */
  joined?: boolean;
  /** Whether REST omits the field instead of returning `null`. */
  omitted?: boolean;
  /** Deprecates the field: the replacement, shown in the schema and the OpenAPI document. */
  deprecated?: string;
  description?: string;
}

interface Declared extends ViewFieldOptions {
  name: string;
  kind: () => Kind | [Kind];
}

interface ViewRecord {
  name: string;
  description: string | undefined;
  declared: Declared[];
  fields?: FieldDefinition[];
}

const views = new Map<Type, ViewRecord>();

function recordOf(view: Type): ViewRecord {
  let record = views.get(view);
  if (!record) views.set(view, (record = { name: view.name, description: undefined, declared: [] }));
  return record;
}

/** Options of `@View`. */
export interface ViewOptions {
  description?: string;
  /** The GraphQL interfaces that it implements. It declares their fields itself. */
  implements?: Type[];
}

/** Declares a view: an answer type of REST and GraphQL named `name`. */
export function View(name: string, described?: string | ViewOptions): ClassDecorator {
  const { description, implements: interfaces }: ViewOptions =
    typeof described === 'object' ? described : { description: described };
  return (target) => {
    Object.assign(recordOf(target as unknown as Type), { name, description });
    ObjectType(name, { description, implements: interfaces })(target);
  };
}

/** Declares a GraphQL interface that views implement. REST answers of it have `__typename`. */
export function InterfaceView(name: string, description?: string): ClassDecorator {
  return (target) => {
    Object.assign(recordOf(target as unknown as Type), { name, description });
    InterfaceType(name, { description })(target);
  };
}

/** Declares a view of REST alone named `name`. */
export function RestView(name: string, description?: string): ClassDecorator {
  return (target) => void Object.assign(recordOf(target as unknown as Type), { name, description });
}

/**
 * Declares a field of a view, for the GraphQL schema, the OpenAPI document, `?fields=` and the REST answer.
 * @param kind its type; in brackets for a list, for example `() => [OrderView]`
 */
export function ViewField(kind: () => Kind | [Kind], options: ViewFieldOptions = {}): PropertyDecorator {
  return (target, property) => {
    const name = String(property);
    recordOf(target.constructor as Type).declared.push({ name, kind, ...options });
    const { nullable, description, deprecated: deprecationReason } = options;
    Field(() => graphqlType(kind()), { nullable, description, deprecationReason })(target, property);
  };
}

function graphqlType(kind: Kind | [Kind]): object {
  if (Array.isArray(kind)) return [graphqlType(kind[0])];
  return 'members' in kind ? kind.members : kind;
}

/** True for classes decorated with `@View`. */
export function isView(kind: Kind): kind is Type {
  return views.has(kind as Type);
}

/** The view with a public name; undefined if there is none. */
export function viewByName(name: string): Type | undefined {
  return [...views].find(([, record]) => record.name === name)?.[0];
}

/** The public name of a view. */
export function viewName(view: Type): string {
  return views.get(view)?.name ?? view.name;
}

/** The description of a view. */
export function viewDescription(view: Type): string | undefined {
  return views.get(view)?.description;
}

/** The fields of a view in the order of declaration; empty for any other class. */
export function fieldsOf(view: Type): readonly FieldDefinition[] {
  const record = views.get(view);
  if (!record) return [];
  return (record.fields ??= record.declared.map(
    ({ name, description, deprecated, kind, nullable, joined, omitted }) => {
      const given = kind();
      const isList = Array.isArray(given);
      return {
        name,
        description,
        deprecated,
        kind: isList ? given[0] : given,
        isList,
        isNullable: nullable ?? false,
        isJoined: joined ?? false,
        isOmitted: omitted ?? false,
      };
    },
  ));
}
