import { globSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

/** A JSON Schema of a document, as far as the generator reads it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: (string | number)[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  contentSchema?: Schema;
  description?: string;
}

interface Content {
  schema?: Schema;
  itemSchema?: Schema;
}

/** A response of an operation. */
export interface ResponseObject {
  $ref?: string;
  content?: Record<string, Content>;
}

/** A parameter of an operation. */
export interface Parameter {
  $ref?: string;
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  description?: string;
  schema: Schema;
}

/** An operation of an OpenAPI document, as far as the generator reads it. */
export interface OperationObject {
  operationId: string;
  summary?: string;
  description?: string;
  deprecated?: boolean;
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, ResponseObject>;
}

/** An OpenAPI document. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, OperationObject>>;
  components: {
    schemas: Record<string, Schema>;
    responses?: Record<string, ResponseObject>;
    parameters?: Record<string, Parameter>;
  };
}

/** What the client is generated from. */
export interface Documents {
  openapi: OpenApiDocument;
  /** The edition 3.2, which has the events of streams; undefined where there is none. */
  withEvents: OpenApiDocument | undefined;
  graphql: string;
  /** The texts of the trusted operations, by `client/file`. */
  trusted: ReadonlyMap<string, string>;
}

/** Reads the committed documents below `folder`. */
export function readDocuments(folder: string): Documents {
  const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as OpenApiDocument;
  const files = globSync('*/*.graphql', { cwd: join(folder, 'clients') }).sort();
  return {
    openapi: json('openapi.json'),
    withEvents: existsSync(join(folder, 'openapi.3.2.json')) ? json('openapi.3.2.json') : undefined,
    graphql: readFileSync(join(folder, 'schema.graphql'), 'utf8'),
    trusted: new Map(
      files.map((file) => [
        file.replaceAll('\\', '/').replace(/\.graphql$/, ''),
        readFileSync(join(folder, 'clients', file), 'utf8'),
      ]),
    ),
  };
}

/** What a reference of a document points to. */
export const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

/** `listOrders` to `ListOrders`. */
export const pascal = (name: string): string =>
  name.replace(/(?:^|[/._-])(\w)/g, (_, first: string) => first.toUpperCase());
