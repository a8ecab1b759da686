import { Ajv2020 } from 'ajv/dist/2020.js';

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = Record<string, unknown>;

/** Says where a value differs from its schema; undefined where it does not. */
export type Validate = (value: unknown) => string | undefined;

interface Operation {
  responses?: Record<string, { content?: Record<string, object> }>;
}

const compilers = new WeakMap<OpenApiDocument, Ajv2020>();

/**
 * The check of the JSON that an operation answers with, compiled from its OpenAPI document.
 * @param mediaType `text/event-stream` where it is that of every event
 * @throws {TypeError} if the document has no such operation, or no 2xx answer of the type for it: the adapter is wrong
 */
export function answerSchema(
  document: OpenApiDocument,
  method: string,
  path: string,
  mediaType = 'application/json',
): Validate {
  const { paths } = document as { paths: Record<string, Record<string, Operation>> };
  const responses = paths[path]?.[method.toLowerCase()]?.responses ?? {};
  const status = Object.keys(responses).find((one) => one.startsWith('2') && responses[one]?.content?.[mediaType]);
  if (!status) throw new TypeError(`The OpenAPI document has no ${mediaType} answer of ${method} ${path}`);
  const pointer = ['paths', path, method.toLowerCase(), 'responses', status, 'content', mediaType, 'schema'];
  const check = compilerOf(document).compile({ $ref: `document#/${pointer.map(escaped).join('/')}` });
  return (value) => (check(value) ? undefined : where(check.errors?.[0]));
}

function compilerOf(document: OpenApiDocument): Ajv2020 {
  let compiler = compilers.get(document);
  if (!compiler) {
    compiler = new Ajv2020({ strict: false, validateFormats: false });
    compiler.addSchema({ ...document, $id: 'document' });
    compilers.set(document, compiler);
  }
  return compiler;
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

function where(error: { instancePath: string; message?: string } | undefined): string {
  return `${error?.instancePath || 'the answer'} ${error?.message ?? 'is not as promised'}`;
}
