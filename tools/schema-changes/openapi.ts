import type { Schema } from './json-schema-changes.ts';

/** The compared part of an OpenAPI document. */
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: {
    schemas?: Record<string, Schema>;
    parameters?: Record<string, Parameter>;
    responses?: Record<string, Response>;
  };
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
  /** In place of the others. */
  $ref?: string;
}

export type Contents = Record<string, { schema?: Schema }>;

export interface Response {
  content?: Contents;
  /** In place of the others. */
  $ref?: string;
}

export interface Operation {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Contents };
  responses: Record<string, Response>;
}

/** What a reference to a component means; itself for what is none. */
export function resolved<Part extends { $ref?: string }>(
  part: Part,
  components: Readonly<Record<string, Part>> | undefined,
): Part {
  return part.$ref === undefined ? part : (components?.[part.$ref.split('/').at(-1)!] ?? part);
}
