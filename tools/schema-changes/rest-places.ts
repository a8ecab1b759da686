import type { Schema } from './json-schema-changes.ts';
import { type Contents, type OpenApi, resolved } from './openapi.ts';

/** The paths of a part that are selected; undefined for all of it. */
type Paths = readonly string[] | undefined;

/**
 * What a call of a REST operation depends on, as changes name it: the operation (`GET /v1/home`) and places in the schemas
 * of what it sends and gets (`REST Home.user`).
 * @param fields the paths that `?fields=` selected
 */
export function restPlaces(document: OpenApi, route: string, fields?: readonly string[]): Set<string> {
  const [method = '', path = ''] = route.split(' ');
  const methods = document.paths[path];
  const places = new Set([route]);
  // HEAD is answered as GET is.
  const operation = methods?.[method.toLowerCase()] ?? (method === 'HEAD' ? methods?.['get'] : undefined);
  if (!operation) return places;
  if (method === 'HEAD') places.add(`GET ${path}`);
  const walk = new Walk(document, places);
  walk.contents(`${route} body`, operation.requestBody?.content, undefined);
  for (const [status, response] of Object.entries(operation.responses)) {
    const { content } = resolved(response, document.components?.responses);
    walk.contents(`${route} ${status}`, content, status < '400' ? fields : undefined);
  }
  return places;
}

/** Collects the places in schemas. */
class Walk {
  private readonly seen = new Set<string>();

  constructor(
    private readonly document: OpenApi,
    private readonly places: Set<string>,
  ) {}

  contents(name: string, contents: Contents | undefined, paths: Paths): void {
    for (const { schema } of Object.values(contents ?? {})) if (schema) this.schema(name, schema, paths);
  }

  private schema(name: string, schema: Schema, paths: Paths): void {
    this.places.add(name);
    const { $ref, items, properties = {}, anyOf = [], oneOf = [], allOf = [] } = schema;
    if ($ref !== undefined) this.component($ref.split('/').at(-1)!, paths);
    if (items) this.schema(`${name}[]`, items, paths);
    for (const part of [...anyOf, ...oneOf, ...allOf]) this.schema(name, part, paths);
    for (const [field, part] of Object.entries(properties)) {
      const below = pathsBelow(field, paths);
      if (below !== 'none') this.schema(`${name}.${field}`, part, below);
    }
  }

  private component(name: string, paths: Paths): void {
    const key = [name, ...(paths ?? ['*'])].join();
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const schema = this.document.components?.schemas?.[name];
    if (schema) this.schema(`REST ${name}`, schema, paths);
  }
}

/** What is selected of a field. */
function pathsBelow(field: string, paths: Paths): Paths | 'none' {
  if (!paths || paths.includes(field)) return undefined;
  const below = paths.filter((path) => path.startsWith(`${field}.`)).map((path) => path.slice(field.length + 1));
  return below.length ? below : 'none';
}
