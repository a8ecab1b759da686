import { seededRandom } from '#libs/testing';
import { type Operation, operations, type Parameter } from './operations.ts';
import { BODIES, HEADERS, NODES, TEXTS } from './values.ts';

/** Who sends a request. */
export type Caller = (typeof CALLERS)[number];

/** A request that was made of an operation, with what is odd in it. */
export interface FuzzedRequest {
  operation: Operation;
  caller: Caller;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** What is odd; empty where nothing is. */
  odd: string[];
  /** A query parameter that is odd alone, with its value. */
  oddQuery?: [parameter: Parameter, value: string];
}

/** Most requests are those of a customer. */
const CALLERS = ['customer', 'customer', 'customer', 'admin', 'nobody', 'junk'] as const;
/** The most odd things in a request. */
const MAX_ODD = 3;
/** What an odd parameter of the query may be called. */
const UNKNOWN = ['a', '__proto__', 'fields[]', 'fields[a]', 'x'.repeat(200), '%', '\u0000', ''];

/** Values of parameters that their schemas do not have. */
const IDS: Record<string, readonly string[]> = {
  id: ['p1', 'o8000', 'x1', '00000000-0000-4000-8000-000000000000'],
  orderId: ['o8000', 'o1'],
  documentId: ['web/home', 'web/product'],
  size: ['small', 'medium', 'large'],
  link: ['abc'],
  path: ['u1'],
};
const VALUES: Record<string, readonly string[]> = {
  variables: ['{"id":"p1"}'],
  query: ['{me{id}}'],
  fields: ['items.id', 'id'],
  wait: ['0'],
  documentId: ['web/home'],
};

/** Requests for random operations, the same ones for the same seed. */
export class Requests {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** The next one, with at most three odd things in it. */
  next(): FuzzedRequest {
    const operation = this.pick(operations);
    const request: FuzzedRequest = {
      operation,
      caller: this.pick(CALLERS),
      path: operation.path,
      headers: {},
      odd: [],
    };
    const query: [name: string, value: string][] = [];
    for (const parameter of operation.parameters) place(request, query, parameter, this.valid(parameter));
    const [type, example] = operation.bodies.length ? this.pick(operation.bodies) : [];
    if (type && !type.endsWith('/*')) request.headers['content-type'] = type;
    let body = example === undefined ? type && 'content' : JSON.stringify(example);
    for (let left = this.below(MAX_ODD + 1); left > 0; left -= 1) {
      const kind = this.below(10);
      if (kind < 4 && operation.parameters.length) this.oddParameter(request, query);
      else if (kind < 6) this.oddHeader(request);
      else if (kind < 7) this.unknownParameter(request, query);
      else if (kind < 9 && example !== undefined) body = this.oddNode(request, example as object);
      else body = this.oddBody(request);
    }
    if (request.odd.length !== 1) delete request.oddQuery;
    const text = query.map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`,
    );
    if (text.length) request.path += `?${text.join('&')}`;
    return { ...request, ...(body === undefined ? {} : { body }) };
  }

  private oddParameter(request: FuzzedRequest, query: [string, string][]): void {
    const parameter = this.pick(request.operation.parameters);
    const value = this.pick(TEXTS);
    request.odd.push(`${parameter.in} ${parameter.name} ${quoted(value)}`);
    if (parameter.in === 'query') request.oddQuery = [parameter, value];
    place(request, query, parameter, value);
  }

  private oddHeader(request: FuzzedRequest): void {
    const [name, values] = this.pick(HEADERS);
    const value = this.pick(values);
    request.odd.push(`header ${name} ${quoted(value)}`);
    request.headers[name] = value;
  }

  private unknownParameter(request: FuzzedRequest, query: [string, string][]): void {
    const name = this.pick(UNKNOWN);
    request.odd.push(`query parameter ${quoted(name)}`);
    query.push([name, this.pick(TEXTS)]);
  }

  private oddBody(request: FuzzedRequest): string {
    const body = this.pick(BODIES);
    request.odd.push(`body ${quoted(body)}`);
    return body;
  }

  /** The example of a body with a random member of it replaced, removed or beside one that nobody knows. */
  private oddNode(request: FuzzedRequest, example: object): string {
    const copy = structuredClone(example) as Record<string, unknown>;
    let at = copy;
    for (let names = Object.keys(at); names.length; names = Object.keys(at)) {
      const name = this.pick(names);
      const inner = at[name];
      if (typeof inner === 'object' && inner !== null && this.below(2)) {
        at = inner as Record<string, unknown>;
        continue;
      }
      const kind = this.below(6);
      if (kind === 0) delete at[name];
      else at[kind === 1 ? this.pick(['unknown', 'toString', '']) : name] = this.pick(NODES);
      break;
    }
    const body = JSON.stringify(copy);
    request.odd.push(`body ${quoted(body)}`);
    return body;
  }

  /** A value that the document allows, if any; of optional parameters often none. */
  private valid({ name, schema, required, in: where }: Parameter): string | undefined {
    if (!required && where !== 'path' && this.below(3)) return undefined;
    const known = where === 'path' ? IDS[name] : VALUES[name];
    if (known) return this.pick(known);
    const { enum: values, default: byDefault, example, type, minimum = 1 } = schema;
    if (values) return String(this.pick(values));
    if (byDefault !== undefined || example !== undefined) return String(byDefault ?? example);
    if (type === 'integer' || type === 'number') return String(Math.max(minimum, 1));
    if (type === 'boolean') return 'true';
    return name === 'Upload-Length' ? '7' : 'a';
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));

/** Gives a parameter a value; undefined leaves it out. */
function place(
  request: FuzzedRequest,
  query: [string, string][],
  { name, in: where }: Parameter,
  value: string | undefined,
): void {
  if (where === 'path') {
    request.path = request.path.replace(`{${name}}`, encodeURIComponent((value ?? 'a').toWellFormed()));
    return;
  }
  if (value === undefined) return;
  if (where === 'header') request.headers[name.toLowerCase()] = value;
  else query.splice(0, query.length, ...query.filter(([known]) => known !== name), [name, value]);
}
