import { type CallExpression, type Node, parse, type Property } from 'acorn';

/** What esbuild calls with a module that runs where it is first imported: `__commonJS({ 'path'(exports, module) { … } })`. */
const WRAPPERS = new Set(['__commonJS', '__esm']);
const PACKAGES = 'node_modules/';
const AS_FUNCTION = ':(function'.padEnd(PACKAGES.length);

/**
 * Has V8 compile the modules of packages with their file: a start runs five in six of them, so that each was parsed twice, and
 * what is kept of a file for later starts (`NODE_COMPILE_CACHE`) lacked them. V8 does so for functions in parentheses
 * (https://v8.dev/blog/preparser#pife). They take the place of the folder in the name of the module: source maps are right up to
 * the end of a module, and in the rest of its last line a column off.
 * @param code a module that esbuild has written
 * @throws if it is no JavaScript
 */
export function withEagerModules(code: string): string {
  const methods = code.includes(`({"${PACKAGES}`) ? modulesIn(code) : [];
  let [text, at] = ['', 0];
  for (const { key, end } of methods) {
    const name = code.slice(key.start, key.end).replace(PACKAGES, '');
    text += `${code.slice(at, key.start)}${name}${AS_FUNCTION}${code.slice(key.end, end)})`;
    at = end;
  }
  return text + code.slice(at);
}

/** The modules of packages, each as the method that runs it. */
function modulesIn(code: string): Property[] {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  return body
    .flatMap((statement) => (statement.type === 'VariableDeclaration' ? statement.declarations : []))
    .flatMap(({ init }) => (isWrapped(init) ? init.arguments : []))
    .flatMap((modules) => (modules.type === 'ObjectExpression' ? modules.properties : []))
    .filter((one): one is Property => one.type === 'Property' && isPlainMethod(one));
}

const isWrapped = (node: Node | null | undefined): node is CallExpression =>
  node?.type === 'CallExpression' &&
  (node as CallExpression).callee.type === 'Identifier' &&
  WRAPPERS.has(((node as CallExpression).callee as unknown as { name: string }).name);

/** Whether it is of a package, and no `async` method, as that of a module with `await` is. */
const isPlainMethod = ({ method, key, value }: Property): boolean =>
  method &&
  key.type === 'Literal' &&
  String(key.value).startsWith(PACKAGES) &&
  value.type === 'FunctionExpression' &&
  !value.async;
