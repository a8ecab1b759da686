import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findPackageJSON, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Where bundles go, below what is compiled. */
export const BUNDLES = 'bundles';

/**
 * Packages that stay in `node_modules`: they load files that lie beside their own (native code, workers, proto files).
 * A package and those that share its classes stay together.
 */
const EXTERNAL = [
  '@grpc/*',
  '@node-rs/argon2',
  'bullmq',
  'grpc-health-check',
  'pino',
  'piscina',
  'protobufjs',
  'sharp',
];

/** CommonJS packages call `require` for what is built into Node and for external packages. */
const REQUIRE = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
].join('\n');

/**
 * Bundles compiled entries with what they import, packages included, into few files: at start, opening thousands of modules
 * took longer than running them, and held memory. What is imported dynamically is in files of its own.
 * @param entries names of the bundles, each with its compiled entry file
 * @throws if an import of ours cannot be resolved
 */
export async function bundle(outDir: string, entries: Record<string, string>): Promise<void> {
  await build({
    entryPoints: entries,
    outdir: join(outDir, BUNDLES),
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['node'],
    // Nest, GraphQL types and logs go by the names of classes and functions.
    keepNames: true,
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    banner: { js: REQUIRE },
    external: EXTERNAL,
    // Its module for Node imports its CommonJS file, which is not run yet where both are in one bundle.
    alias: { tslib: './node_modules/tslib/tslib.es6.mjs' },
    plugins: [asNodeResolves, besideTheirSources(outDir)],
    logLevel: 'warning',
  });
}

/**
 * Resolves packages as Node does where esbuild does not: what packages import optionally may be missing, and what is
 * imported dynamically has named exports although it is CommonJS.
 */
const asNodeResolves: Plugin = {
  name: 'as Node resolves',
  setup(builder) {
    builder.onResolve({ filter: /^[^./#]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === RESOLVING || isBuiltin(path)) return undefined;
      const found = await builder.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVING });
      if (found.errors.length) return importer.includes('node_modules') ? { path, external: true } : found;
      if (found.external || !isCommonJs(found.path)) return found;
      return { path: found.path, namespace: NAMED };
    });
    builder.onLoad({ filter: /./, namespace: NAMED }, async ({ path }) => {
      const names = Object.keys((await import(pathToFileURL(path).href)) as object).filter((name) =>
        IDENTIFIER.test(name),
      );
      const from = JSON.stringify(path);
      const contents = `const all = require(${from}); export default all; export const { ${names.join(', ')} } = all;`;
      return { contents, resolveDir: dirname(path) };
    });
  },
};
const RESOLVING = Symbol('resolving');
const NAMED = 'named-exports-of-commonjs';
const IDENTIFIER = /^(?!(default|__esModule)$)[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function isCommonJs(file: string): boolean {
  if (/\.[cm]js$/.test(file)) return file.endsWith('.cjs');
  const { type } = JSON.parse(readFileSync(findPackageJSON(pathToFileURL(file))!, 'utf8')) as { type?: string };
  return type !== 'module';
}

/** Our files that read others beside them find those beside the compiled file, not beside the bundle. */
const besideTheirSources = (outDir: string): Plugin => ({
  name: 'beside their sources',
  setup(builder) {
    const folder = join(process.cwd(), outDir);
    // Each file that the filter lets through is a message between two processes, so it lets through no package.
    const filter = new RegExp(`${folder.replace(/[^\w/]/g, '.')}.*\\.js$`);
    builder.onLoad({ filter }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const from = JSON.stringify(join('..', relative(folder, path)).replaceAll('\\', '/'));
      const contents = text
        .replaceAll('import.meta.url', `new URL(${from}, import.meta.url).href`)
        .replaceAll(
          'import.meta.dirname',
          `fileURLToPathOfBundle(new URL('.', new URL(${from}, import.meta.url)))`,
        );
      const imported = "import { fileURLToPath as fileURLToPathOfBundle } from 'node:url';\n";
      return { contents: contents.includes('fileURLToPathOfBundle') ? imported + contents : contents };
    });
  },
});
