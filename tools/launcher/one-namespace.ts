import { parse, type VariableDeclaration } from 'acorn';

/** What esbuild calls for a namespace of a CommonJS module, in each module that imports it. */
const TO_NAMESPACE = '__toESM';

/**
 * What makes that one for all importers. A CommonJS module can get exports later, where modules import each other: then its
 * namespace is made anew. Imports of Node's kind have the module as `default`, others its own `default`.
 */
const ONCE = `(make => {
  const made = [new WeakMap(), new WeakMap()];
  return (mod, isNodeMode) => {
    if (mod === null || (typeof mod !== 'object' && typeof mod !== 'function')) return make(mod, isNodeMode);
    const size = Object.getOwnPropertyNames(mod).length;
    const before = made[isNodeMode ? 1 : 0].get(mod);
    if (before?.size === size) return before.namespace;
    const namespace = make(mod, isNodeMode);
    made[isNodeMode ? 1 : 0].set(mod, { size, namespace });
    return namespace;
  };
})`.replaceAll(/\n */g, ' ');

/**
 * Lets importers of a CommonJS module share its namespace, as Node does: the 160 that import `graphql` had 230 getters each.
 * @param code a module that esbuild has written
 * @throws if it is no JavaScript
 */
export function withOneNamespace(code: string): string {
  if (!code.includes(TO_NAMESPACE)) return code;
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const declared = body
    .filter((statement): statement is VariableDeclaration => statement.type === 'VariableDeclaration')
    .flatMap(({ declarations }) => declarations)
    .find(({ id }) => id.type === 'Identifier' && id.name === TO_NAMESPACE);
  if (!declared?.init) return code;
  const { start, end } = declared.init;
  return `${code.slice(0, start)}${ONCE}(${code.slice(start, end)})${code.slice(end)}`;
}
