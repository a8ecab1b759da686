import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Compiles a TypeScript file to an ES module. */
export type Compile = (filename: string) => string;

/** What `@jest/globals` exports. */
const NAMES = [
  'afterAll',
  'afterEach',
  'beforeAll',
  'beforeEach',
  'describe',
  'expect',
  'fdescribe',
  'fit',
  'it',
  'jest',
  'test',
  'xdescribe',
  'xit',
  'xtest',
].join(', ');
const GLOBALS_URL = 'atrium:jest-globals';
/** Where the module of the globals finds them, and leaves how they are replaced. */
const PLACE = Symbol.for('atrium.jest-globals');
const GLOBALS = `
  const place = globalThis[Symbol.for('${Symbol.keyFor(PLACE)}')];
  export let { ${NAMES} } = place.globals;
  place.replace = (globals) => void ({ ${NAMES} } = globals);
`;
const place: { globals: object; replace?(globals: object): void } = { globals: {} };
Object.assign(globalThis, { [PLACE]: place });

let compile: Compile | undefined;
let imports = 0;
const imported = new Set<string>();
const require = createRequire(import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    if (!compile || specifier !== '@jest/globals') return next(specifier, context);
    return { url: GLOBALS_URL, format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (url === GLOBALS_URL) return { format: 'module', source: GLOBALS, shortCircuit: true };
    if (!compile || !/\.tsx?(\?|$)/.test(url) || url.includes('/node_modules/')) return next(url, context);
    return { format: 'module', source: compile(fileURLToPath(url)), shortCircuit: true };
  },
});

/** Sets how Node's loader compiles TypeScript from now on. */
export function compileWith(next: Compile): void {
  compile = next;
}

/**
 * Exports the globals of a suite from `@jest/globals`. Its exports are live bindings, so that support modules, which
 * stay loaded, use those of the suite that runs.
 */
export function exportGlobals(globals: object): void {
  place.globals = globals;
  place.replace?.(globals);
}

/** Forgets the logger of a suite before: nestjs-pino logs by that of whoever started first in a process. */
export async function resetLogger(): Promise<void> {
  const { href } = new URL('./rootLogger.js', import.meta.resolve('nestjs-pino'));
  const { resetRootLogger } = (await import(href)) as { resetRootLogger(): void };
  resetRootLogger();
}

/** Imports a file with Node's loader; one that this process has imported before is evaluated again. */
export async function importAfresh(path: string): Promise<unknown> {
  const url = pathToFileURL(path);
  if (imported.has(path)) url.search = `${(imports += 1)}`;
  imported.add(path);
  return import(url.href);
}

/** Requires a CommonJS file with Node's loader; one that this process has required before is evaluated again. */
export function requireAfresh(path: string): unknown {
  delete require.cache[path];
  return require(path);
}
