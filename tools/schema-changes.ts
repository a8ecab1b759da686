import { trustedOperationsIn } from '#gateway/edge/graphql/trusted/trusted-operations';
import { buildSchema, findBreakingChanges, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/** What has changed of a contract so that a client could break. */
export interface Breaking {
  what: string;
  /** The operations of clients that ask for it; of what every client may use, all. */
  breaks: string[];
}

/** The breaking changes of a GraphQL schema, each with the operations in a folder that it breaks. */
export function graphqlChanges(before: string, after: string, clients: string): Breaking[] {
  const [old, now] = [buildSchema(before), buildSchema(after)];
  const used = coordinatesOf(old, clients);
  return findBreakingChanges(old, now).map(({ description }) => ({
    what: description,
    breaks: [...used]
      .filter(([, names]) => [...names].some((name) => mentions(description, name)))
      .map(([id]) => id),
  }));
}

/** What each operation asks for: types, fields, arguments and enum values, as descriptions of changes name them. */
function coordinatesOf(schema: GraphQLSchema, clients: string): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { id, document } of trustedOperationsIn(clients, schema).values()) {
    const names = new Set<string>();
    const types = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: () => {
          names.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
        },
        Argument: () => {
          names.add(
            `${types.getParentType()?.name}.${types.getFieldDef()?.name} arg ${types.getArgument()?.name}`,
          );
        },
        NamedType: ({ name }) => void names.add(name.value),
      }),
    );
    all.set(id, names);
  }
  return all;
}

/** Whether a description is about this: `Query.home was removed.`, and not about `Query.homes`. */
function mentions(description: string, name: string): boolean {
  const at = description.indexOf(name);
  return at >= 0 && !/[\w]/.test(description[at + name.length] ?? '') && !/[\w.]/.test(description[at - 1] ?? '');
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}
interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: string[];
}

/** What has gone from an OpenAPI document, or has become required by it: any client may be using it. */
export function openapiChanges(before: Document, after: Document): Breaking[] {
  const changes: string[] = [];
  for (const [path, methods] of Object.entries(before.paths)) {
    for (const [method, old] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const now = after.paths[path]?.[method];
      if (!now) changes.push(`${name} was removed.`);
      else changes.push(...operationChanges(name, old, now));
    }
  }
  for (const [name, old] of Object.entries(before.components?.schemas ?? {})) {
    const now = after.components?.schemas?.[name];
    if (now) changes.push(...answerChanges(name, old, now), ...bodyChanges(name, old, now));
    else changes.push(`The schema ${name} was removed.`);
  }
  return changes.map((what) => ({ what, breaks: ['every client of REST'] }));
}

function operationChanges(name: string, old: Operation, now: Operation): string[] {
  const required = (now.parameters ?? []).filter(
    (one) => one.required && !old.parameters?.some(({ name: its, required: was }) => its === one.name && was),
  );
  const gone = (old.parameters ?? []).filter((one) => !now.parameters?.some(({ name: its }) => its === one.name));
  const statuses = Object.keys(old.responses).filter((status) => !(status in now.responses));
  return [
    ...required.map((one) => `${name} requires the parameter ${one.name}.`),
    ...gone.map((one) => `${name} has no parameter ${one.name} any more.`),
    ...statuses.map((status) => `${name} does not answer ${status} any more.`),
    ...Object.entries(old.responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).flatMap(([type, { schema }]) => {
        const its = now.responses[status]?.content?.[type]?.schema;
        return its ? answerChanges(`${name} ${status}`, schema, its) : [];
      }),
    ),
  ];
}

/** What an answer does not have any more. */
function answerChanges(name: string, old: Schema, now: Schema): string[] {
  const types = [old, now].map(({ type, $ref }) => JSON.stringify($ref ?? type));
  const changed = types[0] === types[1] ? [] : [`${name} was ${types[0]}, and is ${types[1]}.`];
  const inner = Object.entries(old.properties ?? {}).flatMap(([field, schema]) => {
    const its = now.properties?.[field];
    return its ? answerChanges(`${name}.${field}`, schema, its) : [`${name}.${field} was removed.`];
  });
  const items = old.items && now.items ? answerChanges(`${name}[]`, old.items, now.items) : [];
  return [...changed, ...inner, ...items];
}

/** What a body must have that it did not need. */
function bodyChanges(name: string, old: Schema, now: Schema): string[] {
  if (!/(Input|Body)$/.test(name)) return [];
  return (now.required ?? [])
    .filter((one) => !old.required?.includes(one))
    .map((one) => `${name} requires ${one}.`);
}
