import type { Change } from './change.ts';
import { type Schema, schemaChanges } from './json-schema-changes.ts';

/** The compared part of an OpenAPI document. */
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; parameters?: Record<string, Parameter> };
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
  /** In place of the others. */
  $ref?: string;
}
interface Operation {
  parameters?: Parameter[];
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

const VIEW = /^\/v1\/views\/(.+)$/;

/**
 * The visible changes of an OpenAPI document, without additions.
 * @param wrong the ids of client operations that are missing in the later document, and reported elsewhere
 */
export function openapiChanges(before: OpenApi, after: OpenApi, wrong: readonly string[] = []): Change[] {
  const changes: Change[] = [];
  for (const [path, methods] of Object.entries(before.paths)) {
    const [, id] = VIEW.exec(path) ?? [];
    if (id !== undefined && wrong.includes(id)) continue;
    const operations = [id ?? 'every client of REST'];
    for (const [method, old] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const now = after.paths[path]?.[method];
      const its = now
        ? operationChanges(name, resolved(before, old), resolved(after, now))
        : [breaking(`${name} was removed.`)];
      changes.push(...its.map((one) => ({ ...one, operations })));
    }
  }
  const operations = ['every client of REST'];
  for (const [name, old] of Object.entries(before.components?.schemas ?? {})) {
    const now = after.components?.schemas?.[name];
    const its = now
      ? schemaChanges(`REST ${name}`, old, now, /(Input|Body)$/.test(name) ? 'asked' : 'answered')
      : [breaking(`REST ${name} was removed.`)];
    changes.push(...its.map((one) => ({ ...one, operations })));
  }
  return changes;
}

const breaking = (what: string) => ({ what, isBreaking: true });

/** An operation with its parameters in place of references to components. */
function resolved({ components }: OpenApi, operation: Operation): Resolved {
  const parameters = (operation.parameters ?? []).map((one) =>
    one.$ref ? components!.parameters![one.$ref.split('/').at(-1)!]! : one,
  );
  return { ...operation, parameters };
}

type Resolved = Operation & { parameters: Parameter[] };

function operationChanges(name: string, old: Resolved, now: Resolved): Omit<Change, 'operations'>[] {
  const nameOf = (one: { name: string; in: string }) => `${one.in} ${one.name}`;
  const parameters = new Map(now.parameters.map((one) => [nameOf(one), one]));
  const known = new Map(old.parameters.map((one) => [nameOf(one), one]));
  const required = [...parameters.values()].filter((one) => one.required && !known.get(nameOf(one))?.required);
  const gone = [...known.values()].filter((one) => !parameters.has(nameOf(one)));
  // An error that cannot occur any more breaks no client.
  const statuses = Object.keys(old.responses).filter((status) => status < '400' && !(status in now.responses));
  return [
    ...required.map((one) => breaking(`${name} requires the parameter ${one.name}.`)),
    ...gone.map((one) => breaking(`${name} has no parameter ${one.name} any more.`)),
    ...statuses.map((status) => breaking(`${name} does not answer ${status} any more.`)),
    ...[...known].flatMap(([key, { name: parameter, schema }]) => {
      const its = parameters.get(key)?.schema;
      return schema && its ? schemaChanges(`${name} parameter ${parameter}`, schema, its, 'asked') : [];
    }),
    ...Object.entries(old.responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).flatMap(([type, { schema }]) => {
        const its = now.responses[status]?.content?.[type]?.schema;
        return its ? schemaChanges(`${name} ${status}`, schema, its, 'answered') : [];
      }),
    ),
  ];
}
