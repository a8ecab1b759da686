import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import {
  asNodeResolves,
  besideTheirPackages,
  besideTheirSources,
  datesWhenWritten,
  fromEsModules,
  httpWithoutUndici,
  parsedJson,
  withoutVersionChecks,
} from './bundle-plugins.ts';
import { withEagerModules } from './eager-modules.ts';
import { withoutNeedlessNames } from './function-names.ts';
import { inAscii } from './in-ascii.ts';
import { withOneNamespace } from './one-namespace.ts';
import { EXTERNAL, READ, THREADED } from '#tools/image/unbundled';

/** Where bundles go, below what is compiled. */
const BUNDLES = 'bundles';

/** Packages whose `__dirname` is their folder in `node_modules`. */
const READ_BESIDE = [...THREADED, ...READ.map((folder) => /^(@[^/]+\/)?[^/]+/.exec(folder)![0])];

/**
 * CommonJS packages call `require` for what is built into Node and for external packages. The plugins replace paths by
 * calls of `pathFromBundle`.
 */
const BANNER = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  "import { fileURLToPath as fileURLToPathOfBundle } from 'node:url';",
  'const require = createRequireOfBundle(import.meta.url);',
  'const pathFromBundle = (path) => fileURLToPathOfBundle(new URL(path, import.meta.url));',
].join('\n');

/**
 * Bundles compiled entries with what they import, packages included, into few files: at start, opening thousands of modules
 * took longer than running them, and held memory. What is imported dynamically is in files of its own.
 * @param entries names of the bundles, each with its compiled entry file
 * @throws if an import of ours cannot be resolved
 */
export async function bundle(outDir: string, entries: Record<string, string>): Promise<void> {
  const outdir = join(outDir, BUNDLES);
  await build({
    ...optionsIn(outDir, outdir),
    entryPoints: entries,
    outdir,
    chunkNames: '[name]-[hash]',
    splitting: true,
  });
  for (const file of globSync(join(outdir, '*.js'))) {
    const steps = [withoutNeedlessNames, withOneNamespace, withEagerModules, inAscii];
    writeFileSync(
      file,
      steps.reduce((text, step) => step(text), readFileSync(file, 'utf8')),
    );
  }
}

/**
 * Bundles compiled files that threads run, each with what it imports, in place: their starters look for them there.
 * @throws as `bundle` does
 */
export async function bundleInPlace(outDir: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await build({ ...optionsIn(outDir, dirname(file)), entryPoints: [file], outfile: file, allowOverwrite: true });
  }
}

const optionsIn = (outDir: string, folder: string): BuildOptions => ({
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  conditions: ['node'],
  // Nest, GraphQL types and logs go by the names of classes and functions.
  keepNames: true,
  // A process holds the text of what it has loaded. Lines are kept short, since Node prints the one that threw.
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'none',
  sourcemap: true,
  sourcesContent: false,
  banner: { js: BANNER },
  external: EXTERNAL,
  // Its module for Node imports its CommonJS file, which is not run yet where both are in one bundle.
  alias: { tslib: './node_modules/tslib/tslib.es6.mjs' },
  plugins: [
    fromEsModules,
    asNodeResolves,
    httpWithoutUndici,
    parsedJson,
    datesWhenWritten,
    withoutVersionChecks,
    besideTheirSources(outDir, folder),
    besideTheirPackages(READ_BESIDE, folder),
  ],
  logLevel: 'warning',
});
