import { type Documents, nameOf, type Schema } from './documents.ts';
import { eventDataName, type RestOperation, restOperations } from './rest.ts';
import { trustedFile } from './trusted.ts';

const HEADER = '// Written by `npm run sdk` from the documents of the gateway; do not edit.\n';

/** The generated files of the client, by name. */
export async function generatedFiles(documents: Documents): Promise<Map<string, string>> {
  const operations = restOperations(documents);
  return new Map([
    ['schemas.ts', await schemasFile(documents, operations)],
    ['codes.ts', codesFile(documents)],
    ['operations.ts', operationsFile(operations)],
    ['trusted.ts', HEADER + trustedFile(documents)],
  ]);
}

/** The schemas as types, by openapi-typescript: it reads nothing but components here. */
async function schemasFile({ openapi, withEvents }: Documents, operations: RestOperation[]): Promise<string> {
  // Only needed here: it loads the TypeScript compiler.
  const { default: openapiTypes, astToString } = await import('openapi-typescript');
  const events = operations.flatMap(({ name, events = new Map<string, Schema | undefined>() }) =>
    [...events].flatMap(([event, schema]) =>
      schema && !schema.$ref ? [[eventDataName(name, event), schema]] : [],
    ),
  );
  const named = { ...withEvents?.components.schemas, ...openapi.components.schemas };
  const schemas = Object.fromEntries(
    // What a code stands for is in `Failure`; the problem documents by status only repeat it.
    Object.entries(named).filter(([name]) => name === 'Problem' || !name.endsWith('Problem')),
  );
  const document = {
    openapi: '3.1.0',
    info: { title: 'schemas', version: '1' },
    paths: {},
    components: { schemas: { ...schemas, ...Object.fromEntries(events) } },
  };
  const types = astToString(
    await openapiTypes(document as never, { rootTypes: true, rootTypesNoSchemaPrefix: true, alphabetize: true }),
  );
  // Of a document without paths there is nothing else to name.
  return HEADER + types.replace(/^export type (paths|webhooks|operations|\$defs) = .*\n/gm, '');
}

/** All codes of the gateway, as values too: GraphQL operations declare none of their own. */
function codesFile({ openapi }: Documents): string {
  const codes = (openapi.components.schemas['Problem']!.properties!['code']!.enum ?? []).map(
    (code) => `  '${code}',`,
  );
  return `${HEADER}/** The codes of the gateway's errors. */
export const ERROR_CODES = [
${codes.join('\n')}
] as const;

/** A code of the gateway's errors. */
export type ErrorCode = (typeof ERROR_CODES)[number];
`;
}

function operationsFile(operations: RestOperation[]): string {
  const sets = [...new Set(operations.map(({ codes }) => quoted(codes)))];
  const written = operations.map((one) => operationText(one, `codes${sets.indexOf(quoted(one.codes)) + 1}`));
  const used = new Set<string>();
  for (const { input, body, data, events, name } of operations) {
    const types = [...[...input.values()].map(({ type }) => type), body?.type ?? '', data];
    for (const [event, schema] of events ?? []) types.push(eventType(name, event, schema));
    for (const type of types) for (const [word] of type.matchAll(/(?<!')\b[A-Z]\w+\b(?!')/g)) used.add(word);
  }
  for (const builtIn of ['Response', 'Record']) used.delete(builtIn);
  return `${HEADER}import { type Operation, rest, type SelectableOperation } from '../operation.ts';
import { stream } from '../streams/follow.ts';
import type { CommonEvent, StreamEvent, StreamOperation } from '../streams/stream-events.ts';
import type {
${[...used]
  .sort()
  .map((name) => `  ${name},`)
  .join('\n')}
} from './schemas.ts';

type None = Record<never, never>;
${sets.map((set, at) => `const codes${at + 1} = ${set} as const;`).join('\n')}

${written.join('\n')}`;
}

const quoted = (codes: string[]) => `[${codes.map((code) => `'${code}'`).join(', ')}]`;

function operationText(operation: RestOperation, codes: string): string {
  const { name, method, path, query, body, answer, object, data, events } = operation;
  const route = [
    `method: '${method}'`,
    `path: '${path}'`,
    ...(query.length ? [`query: [${query.map((one) => `'${one}'`).join(', ')}]`] : []),
    ...(body ? [`body: '${body.mediaType}'`] : []),
    `answer: '${answer}'`,
    `codes: ${codes}`,
    ...(operation.isKeyed ? ['keyed: true'] : []),
    ...(operation.isAnonymous && !events ? ['anonymous: true'] : []),
    ...(events && !operation.isResumed ? ['once: true'] : []),
  ].join(', ');
  const input = inputType(operation);
  const made = events ? 'stream' : 'rest';
  const kind = operation.hasFields ? 'SelectableOperation' : 'Operation';
  const type = events
    ? `StreamOperation<${input}, ${[...events].map(([event, schema]) => `StreamEvent<'${event}', ${eventType(name, event, schema)}> | `).join('') || 'StreamEvent<string, unknown> | '}CommonEvent>`
    : `${kind}<${input}, ${data}, (typeof ${codes})[number]>`;
  const about = [object.summary, object.description].filter((text, at, all) => text && text !== all[at - 1]);
  const comment = about.join('. ').replace(/\s+/g, ' ').replaceAll('*/', '*\\/').replace(/\.\./g, '.');
  return `/** ${comment}${object.deprecated ? ' @deprecated' : ''} (${method} ${path}) */
export const ${name}: ${type} = /* @__PURE__ */ ${made}({ ${route} });
`;
}

function inputType({ input, body }: RestOperation): string {
  const members = [...input].map(
    ([name, { type, isRequired, comment }]) =>
      `${comment ? `/** ${comment.replaceAll('*/', '*\\/')} */ ` : ''}${name}${isRequired ? '' : '?'}: ${type}`,
  );
  const own = members.length ? `{ ${members.join('; ')} }` : undefined;
  return [own, body?.type].filter(Boolean).join(' & ') || 'None';
}

const eventType = (operation: string, event: string, schema: Schema | undefined): string =>
  schema === undefined ? 'unknown' : schema.$ref ? nameOf(schema.$ref) : eventDataName(operation, event);
