import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
// Before any suite: it copies the globals there are when it is loaded into each realm that it makes.
import 'jest-environment-node';
import { compileWith, exportGlobals, importAfresh, requireAfresh, resetLogger } from './native-modules.ts';

// Its types are those of CommonJS.
const { default: Runtime } = createRequire(import.meta.url)('jest-runtime') as typeof import('jest-runtime');

/** What a suite's TypeScript is compiled for. */
const AS_MODULE = {
  isInternalModule: false,
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: true,
  supportsTopLevelAwait: true,
};
/** Where jest-circus keeps the handlers of a suite's events: each suite brings its own. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');
/** Those of all modules that this worker has loaded, since a suite's stack traces lead through modules loaded before it. */
const sourceMaps = new Map<string, string>();

/** What `jest-runtime` has, and its types do not show. */
interface Inside {
  transformCache: { transform(filename: string, options: typeof AS_MODULE): string };
  jestGlobals: { jestObjectFor(from: string): object };
}

/**
 * jest's runtime, with modules loaded by Node's loader instead of jest's: once a worker instead of once a suite. Only
 * the suite itself, setup files and jest-circus are evaluated for each suite. A suite that says
 * `@jest-environment node` has all modules, and a realm, for itself. See docs/decisions/0103.
 */
export default class SharedRuntime extends Runtime {
  constructor(...args: ConstructorParameters<typeof Runtime>) {
    const { getBuiltinModule } = process;
    super(...args);
    const [, environment, , , , , testPath] = args;
    if (!('sharesModules' in environment)) return;
    // jest replaces it, which is meant for the `process` of a realm.
    process.getBuiltinModule = getBuiltinModule;
    const { transformCache, jestGlobals } = this as unknown as Inside;
    const ownSourceMaps = this.getSourceMaps.bind(this);
    compileWith((filename) => {
      const code = transformCache.transform(filename, AS_MODULE);
      const map = ownSourceMaps().get(filename);
      if (map) sourceMaps.set(pathToFileURL(filename).href, map);
      return code;
    });
    const requireModule = (from: string, name?: string): unknown =>
      name === undefined ? requireAfresh(from) : createRequire(from)(name);
    let isReset: Promise<void> | undefined;
    Object.assign(this, {
      async unstable_importModule(path: string) {
        await (isReset ??= resetLogger());
        return importAfresh(path);
      },
      requireModule,
      requireInternalModule(from: string, name?: string) {
        Reflect.deleteProperty(globalThis, EVENT_HANDLERS);
        return requireModule(from, name);
      },
      getSourceMaps: () => sourceMaps,
      setGlobalsForRuntime: (globals: object) =>
        exportGlobals({ ...globals, jest: jestGlobals.jestObjectFor(testPath) }),
    });
  }
}
