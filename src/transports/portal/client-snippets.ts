/** An OpenAPI document, as far as examples of calls need it. */
interface SnippetDocument {
  paths: Record<string, Record<string, unknown>>;
  components?: { schemas?: Record<string, unknown>; parameters?: Record<string, unknown> };
}
interface SampleSchema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, SampleSchema>;
  required?: string[];
  items?: SampleSchema;
  enum?: unknown[];
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
}
interface SampleParameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  schema?: SampleSchema;
  example?: unknown;
}
interface SampledOperation {
  operationId?: string;
  parameters?: SampleParameter[];
  requestBody?: { content?: Record<string, { schema?: SampleSchema; example?: unknown }> };
  'x-codeSamples'?: object[];
}

/** The client package of a gateway. */
export interface ClientPackage {
  name: string;
  /** The functions that call operations. */
  operations: readonly string[];
  /** Those of them that follow streams. */
  streams: readonly string[];
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);
const MAX_DEPTH = 3;

/**
 * Adds a call of the client package to each operation that the package has (`x-codeSamples`), as viewers show them.
 * @param document is changed
 */
export function addClientSnippets(document: object, client: ClientPackage): void {
  const whole = document as SnippetDocument;
  for (const methods of Object.values(whole.paths)) {
    for (const [method, value] of Object.entries(methods)) {
      const operation = value as SampledOperation;
      if (!METHODS.has(method) || operation.operationId === undefined) continue;
      const name = functionNameOf(operation.operationId);
      if (!client.operations.includes(name)) continue;
      const source = callOf(name, operation, whole, client);
      operation['x-codeSamples'] = [{ lang: 'TypeScript', label: client.name, source }];
    }
  }
}

function callOf(
  name: string,
  operation: SampledOperation,
  document: SnippetDocument,
  client: ClientPackage,
): string {
  const input = inputOf(operation, document);
  const given = Object.keys(input).length ? `, ${JSON.stringify(input, null, 2)}` : '';
  const start = [
    `import { cookies, createClient, ${name} } from '${client.name}';`,
    '',
    'const client = createClient({ auth: cookies() });',
  ];
  const call = client.streams.includes(name)
    ? [`for await (const { event, data } of ${name}(client${given})) console.log(event, data);`]
    : [
        `const result = await ${name}(client${given});`,
        'if (result.ok) console.log(result.data);',
        'else console.error(result.error.code, result.error.message);',
      ];
  return [...start, ...call].join('\n');
}

/** The function of an operation in the client package; that of `view_web_home` is `webHome`. */
const functionNameOf = (operationId: string): string =>
  operationId.replace(/^view_/, '').replaceAll(/[_-]([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The required members of an input: those of path and query beside those of the body, with examples. */
function inputOf(
  { parameters = [], requestBody }: SampledOperation,
  document: SnippetDocument,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const given of parameters) {
    const parameter = dereferenced(given, document);
    if (parameter.in !== 'path' && !(parameter.in === 'query' && parameter.required)) continue;
    input[parameter.name] = parameter.example ?? exampleOf(parameter.schema ?? {}, document);
  }
  const [type, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (type?.includes('json') && body) {
    const example = body.example ?? exampleOf(body.schema ?? {}, document);
    if (typeof example === 'object') Object.assign(input, example);
  }
  return input;
}

function exampleOf(given: SampleSchema, document: SnippetDocument, depth = 0): unknown {
  const schema = dereferenced(given, document);
  const known = schema.example ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0];
  if (known !== undefined) return known;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  if (type === 'array') return depth < MAX_DEPTH ? [exampleOf(schema.items ?? {}, document, depth + 1)] : [];
  if (type !== 'object' && !schema.properties) return '…';
  const members = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member, document, depth + 1)]));
}

function dereferenced<T extends { $ref?: string }>(given: T, document: SnippetDocument): T {
  const path = /^#\/components\/(schemas|parameters)\/(.+)$/.exec(given.$ref ?? '');
  if (!path) return given;
  return (document.components?.[path[1] as 'schemas' | 'parameters']?.[path[2]!] ?? {}) as T;
}
