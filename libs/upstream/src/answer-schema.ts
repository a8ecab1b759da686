import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { UnreadableElement } from './listed.ts';

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = Record<string, unknown>;

/** A check of values against a schema, compiled at its first use. */
export interface Validate {
  /** Returns the first difference between a value and its schema; undefined if it conforms. */
  (value: unknown): string | undefined;
  /** Compiles it now, which takes some milliseconds. */
  prepare(): void;
}

interface Operation {
  responses?: Record<string, { content?: Record<string, object> }>;
}

/**
 * Two validators: one stops at the first difference, the other collects all, to find which elements of a list differ.
 */
type Compilers = Record<'first' | 'every', Ajv2020>;

const compilers = new WeakMap<OpenApiDocument, Compilers>();

/**
 * The check of an operation's JSON answers from its OpenAPI document. Unknown fields are accepted, whatever
 * the document says: a service may add some at any time.
 * @param mediaType `text/event-stream` to check each event
 * @throws {TypeError} if the document has no such operation, or no 2xx answer of the type for it: the adapter is
 * wrong
 */
export function answerSchema(
  document: OpenApiDocument,
  method: string,
  path: string,
  mediaType = 'application/json',
): Validate {
  const schema = schemaOf(document, method, path, mediaType);
  return checkedBy(
    () => compilersOf(document).first.compile(schema),
    (check, value) => (check(value) ? undefined : where(check.errors?.[0])),
  );
}

/**
 * The same check for an answer with a list whose elements are checked one by one: an element that differs is
 * replaced by an `UnreadableElement`, and only other differences make the answer fail.
 * @param list the property of the answer that is the list
 */
export function listSchema(document: OpenApiDocument, method: string, path: string, list: string): Validate {
  const schema = schemaOf(document, method, path, 'application/json');
  const element = new RegExp(`^/${list}/(\\d+)(/|$)`);
  const compile = () => compilersOf(document).every.compile(schema);
  return checkedBy(compile, (check, value) => {
    if (check(value)) return undefined;
    const { errors } = check;
    const around = errors!.find(({ instancePath }) => !element.test(instancePath));
    if (around) return where(around);
    const elements = (value as Record<string, unknown[]>)[list]!;
    for (const { instancePath } of errors!) {
      const place = Number(element.exec(instancePath)![1]);
      if (!(elements[place] instanceof UnreadableElement)) elements[place] = unreadableOf(elements[place]);
    }
    return undefined;
  });
}

/** A start compiles none of its checks: all together took a tenth of it. */
function checkedBy(
  compile: () => ValidateFunction,
  differenceOf: (check: ValidateFunction, value: unknown) => string | undefined,
): Validate {
  let made: ValidateFunction | undefined;
  const check = () => (made ??= compile());
  return Object.assign((value: unknown) => differenceOf(check(), value), { prepare: () => void check() });
}

function unreadableOf(element: unknown): UnreadableElement {
  const { id } = (element ?? {}) as { id?: unknown };
  return new UnreadableElement(typeof id === 'string' ? id : '');
}

function schemaOf(document: OpenApiDocument, method: string, path: string, mediaType: string) {
  const { paths } = document as { paths: Record<string, Record<string, Operation>> };
  const responses = paths[path]?.[method.toLowerCase()]?.responses ?? {};
  const status = Object.keys(responses).find((one) => one.startsWith('2') && responses[one]?.content?.[mediaType]);
  if (!status) throw new TypeError(`The OpenAPI document has no ${mediaType} answer of ${method} ${path}`);
  const pointer = ['paths', path, method.toLowerCase(), 'responses', status, 'content', mediaType, 'schema'];
  return { $ref: `document#/${pointer.map(escaped).join('/')}` };
}

function compilersOf(document: OpenApiDocument): Compilers {
  let both = compilers.get(document);
  if (!both) {
    const schema = { ...open(document), $id: 'document' };
    // The document is checked where it is made: to compile the schema of schemas for that took most of a start.
    const options = { strict: false, validateFormats: false, meta: false, validateSchema: false };
    both = { first: new Ajv2020(options), every: new Ajv2020({ ...options, allErrors: true }) };
    both.first.addSchema(schema);
    both.every.addSchema(schema);
    compilers.set(document, both);
  }
  return both;
}

const CLOSED = new Set(['additionalProperties', 'unevaluatedProperties']);

/** The document without `additionalProperties: false`. */
function open(document: OpenApiDocument): OpenApiDocument {
  const opened = (key: string, value: unknown) => (value === false && CLOSED.has(key) ? undefined : value);
  return JSON.parse(JSON.stringify(document), opened) as OpenApiDocument;
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

function where(error: Pick<ErrorObject, 'instancePath' | 'message'> | undefined): string {
  return `${error?.instancePath || 'the answer'} ${error?.message ?? 'is not as promised'}`;
}
