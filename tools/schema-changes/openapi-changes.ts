import type { Change } from './change.ts';
import { schemaChanges } from './json-schema-changes.ts';
import {
  type Contents,
  type OpenApi,
  type Operation,
  type Parameter,
  resolved,
  type Response,
} from './openapi.ts';

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
        ? operationChanges(name, whole(before, old), whole(after, now))
        : [breaking(name, `${name} was removed.`)];
      // Who calls a view is known of its operation as a whole.
      changes.push(...its.map((one) => ({ ...one, operations, ...(id !== undefined && { coordinate: name }) })));
    }
  }
  const operations = ['every client of REST'];
  for (const [name, old] of Object.entries(before.components?.schemas ?? {})) {
    const now = after.components?.schemas?.[name];
    const its = now
      ? schemaChanges(`REST ${name}`, old, now, /(Input|Body|Request)$/.test(name) ? 'asked' : 'answered')
      : [breaking(`REST ${name}`, `REST ${name} was removed.`)];
    changes.push(...its.map((one) => ({ ...one, operations })));
  }
  return changes;
}

const breaking = (coordinate: string, what: string) => ({ what, isBreaking: true, coordinate });

/** An operation with its parameters in place of references to components. */
interface Whole extends Operation {
  parameters: Parameter[];
}

function whole({ components }: OpenApi, operation: Operation): Whole {
  const parameters = (operation.parameters ?? []).map((one) => resolved(one, components?.parameters));
  return { ...operation, parameters };
}

type Found = Omit<Change, 'operations'>;

function operationChanges(name: string, old: Whole, now: Whole): Found[] {
  return [
    ...parameterChanges(name, old, now),
    ...bodyChanges(name, old, now),
    ...Object.entries(old.responses).flatMap(([status, response]) =>
      responseChanges(name, status, response, now.responses[status]),
    ),
  ];
}

function parameterChanges(name: string, old: Whole, now: Whole): Found[] {
  const nameOf = (one: { name: string; in: string }) => `${one.in} ${one.name}`;
  const parameters = new Map(now.parameters.map((one) => [nameOf(one), one]));
  const known = new Map(old.parameters.map((one) => [nameOf(one), one]));
  const required = [...parameters.values()].filter((one) => one.required && !known.get(nameOf(one))?.required);
  const gone = [...known.values()].filter((one) => !parameters.has(nameOf(one)));
  return [
    ...required.map((one) => breaking(name, `${name} requires the parameter ${one.name}.`)),
    ...gone.map((one) => breaking(name, `${name} has no parameter ${one.name} any more.`)),
    ...[...known].flatMap(([key, { name: parameter, schema }]) => {
      const its = parameters.get(key)?.schema;
      if (!schema || !its) return [];
      const changes = schemaChanges(`${name} parameter ${parameter}`, schema, its, 'asked');
      return changes.map((change) => ({ ...change, coordinate: name }));
    }),
  ];
}

function bodyChanges(name: string, { requestBody: old }: Whole, { requestBody: now }: Whole): Found[] {
  const isRequired = now?.required === true && old?.required !== true;
  return [
    ...(isRequired ? [breaking(name, `${name} requires a body.`)] : []),
    ...contentChanges(name, `${name} body`, 'asked', old?.content, now?.content),
  ];
}

/** Of successes: an error that cannot occur any more breaks no client, and the schema of problems is compared by itself. */
function responseChanges(name: string, status: string, old: Response, now: Response | undefined): Found[] {
  if (status >= '400') return [];
  if (!now) return [breaking(name, `${name} does not answer ${status} any more.`)];
  return contentChanges(name, `${name} ${status}`, 'answered', old.content, now.content);
}

function contentChanges(
  operation: string,
  name: string,
  side: 'asked' | 'answered',
  old: Contents = {},
  now: Contents = {},
): Found[] {
  return Object.entries(old).flatMap(([type, { schema }]) => {
    if (!(type in now)) return [breaking(operation, `${name} is not ${type} any more.`)];
    const its = now[type]!.schema;
    return schema && its ? schemaChanges(name, schema, its, side) : [];
  });
}
