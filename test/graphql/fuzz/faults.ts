/** A fault that the gateway has had, or might have: texts of its sources, and what stands there with the fault. */
export interface Fault {
  name: string;
  patches: readonly { file: string; text: string; by: string }[];
}

const EXECUTE = 'src/transports/graphql/execute';
const LIMITS = 'src/transports/graphql/limits';

/** A fault in one place. */
const fault = (name: string, file: string, text: string, by: string): Fault => ({
  name,
  patches: [{ file, text, by }],
});

/** What graphql-jit did with a document from its fourth run on, where it had conditions. */
const JIT = `
    const jit = (this as any).jit ??= new WeakMap();
    const times = (jit.get(document)?.times ?? 0) + 1;
    const known = jit.get(document)?.query ?? (times > 3 ? compileQuery(this.schema, document, name ?? undefined) : undefined);
    jit.set(document, { times, query: known });
    if (known && isCompiledQuery(known)) {
      const result: any = known.query(undefined, contextValue, variableValues);
      const located = (one: any) => one.errors ? { ...one, errors: one.errors.map((error: any) =>
        Object.assign(new GraphQLError(error.message, { path: error.path, originalError: error.originalError }), { locations: error.locations })) } : one;
      return result instanceof Promise ? result.then(located) : located(result);
    }
    const { schema, limits } = this;`;

/** Each of them the fuzzer must find: `npm run fuzz -- --prove`. */
export const FAULTS: readonly Fault[] = [
  fault(
    'a null variable where an argument of a root field has a default',
    `${EXECUTE}/answer-writer.ts`,
    'try {\n      const args = getArgumentValues(field, nodes[0]!, variableValues);',
    'const args = getArgumentValues(field, nodes[0]!, variableValues);\n    try {',
  ),
  {
    name: 'conditions that leak between spreads, by graphql-jit',
    patches: [
      {
        file: `${EXECUTE}/executor.ts`,
        text: "import { LRUCache } from 'lru-cache';",
        by: "import { LRUCache } from 'lru-cache';\nimport { GraphQLError } from 'graphql';\nimport { compileQuery, isCompiledQuery } from 'graphql-jit';",
      },
      { file: `${EXECUTE}/executor.ts`, text: '\n    const { schema, limits } = this;', by: JIT },
      {
        file: `${EXECUTE}/executor.ts`,
        text: "if (known === 'not static') return undefined;",
        by: "if (known === 'not static' || known.conditions.shapes > 1) return undefined;",
      },
    ],
  },
  fault(
    'a writer that is kept whatever the conditions are',
    `${EXECUTE}/executor.ts`,
    'const shape = [...decisions.values()].join();',
    "const shape = '';",
  ),
  fault(
    'a spread that is left out, and counts as the first of its fragment',
    `${EXECUTE}/fields-selected.ts`,
    'if (!isIncluded(selection, decisions)) continue;',
    'if (!isIncluded(selection, decisions)) { if (selection.kind === Kind.FRAGMENT_SPREAD) opened.add(selection.name.value); continue; }',
  ),
  fault(
    'defaults of variables that the limits do not see',
    'src/transports/graphql/operation/variable-values.ts',
    'return value === undefined ? defaults.get(name) : value;',
    'return value;',
  ),
  fault(
    'mutations in a fragment that are refunded',
    `${LIMITS}/measure.ts`,
    'if (!sized.isLeftOut) this.runs.set((',
    'if (!sized.isLeftOut && !this.open.size) this.runs.set((',
  ),
  fault(
    'mutations of one name that are charged once',
    `${LIMITS}/measure.ts`,
    'this.runs.set((alias ?? name).value, name.value)',
    'this.runs.set(name.value, name.value)',
  ),
  fault(
    'a wrong variable over a WebSocket that is an error of ours',
    'src/transports/graphql/errors/format-error.ts',
    'isOfRequest(thrown) || isOfDocument(cause(thrown))',
    'isOfDocument(cause(thrown))',
  ),
  fault(
    'values that are quoted in production',
    'src/transports/graphql/errors/format-error.ts',
    'return this.hidesValues ? withoutValues(error) : error.message;',
    "return this.hidesValues ? error.message.replace(/ Did you mean .*$/s, '') : error.message;",
  ),
  {
    name: 'suggestions in production',
    patches: [
      {
        file: 'src/transports/graphql/errors/error-limits.ts',
        text: "const hideSuggestions = NODE_ENV === 'production';",
        by: 'const hideSuggestions = NODE_ENV === undefined;',
      },
      {
        file: 'src/transports/graphql/errors/without-values.ts',
        text: "message.replace(/ Did you mean .*$/s, '')",
        by: 'message',
      },
    ],
  },
  fault(
    'an error inside an answer that is written as an object',
    `${EXECUTE}/value-writers.ts`,
    "typeof value !== 'object' || value instanceof Error || isPromise(value)",
    "typeof value !== 'object' || isPromise(value)",
  ),
  fault(
    'a query that calls its use cases twice where a value does not fit',
    `${EXECUTE}/executor.ts`,
    "if (!answer || !('roots' in answer)) return answer;",
    "if (!answer || !('roots' in answer)) return answer;\n    return undefined;",
  ),
  fault(
    'answers that cost more than was reserved, for nothing',
    'src/edge/limits/limiter.ts',
    'if (cost === estimated) continue;',
    'if (cost >= estimated) continue;',
  ),
  fault(
    'a variable of a view that has the name of a member of every object',
    'src/transports/graphql/views/view-variables.ts',
    'const value = Object.hasOwn(given, name) ? given[name] : undefined;',
    'const value = given[name];',
  ),
];

/** A source with a fault put back. @throws where the text is not there any more */
export function withFault({ name, patches }: Fault, file: string, source: string): string {
  return patches
    .filter((one) => file.endsWith(one.file))
    .reduce((text, one) => {
      if (text.split(one.text).length !== 2) throw new Error(`"${name}" cannot be put back into ${one.file}`);
      return text.replace(one.text, () => one.by);
    }, source);
}
