import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findPackageJSON, isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

/**
 * Resolves packages as Node does where esbuild does not: what packages import optionally may be missing, and what is
 * imported dynamically has named exports although it is CommonJS.
 */
export const asNodeResolves: Plugin = {
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

/**
 * Modules load `node:http` as CommonJS does: an import of it reads each of its exports, of which three load Node's own undici, a
 * twentieth of a start that needs none of it.
 */
export const httpWithoutUndici: Plugin = {
  name: 'http without undici',
  setup(builder) {
    builder.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'node:http', namespace: REQUIRED } : undefined,
    );
    builder.onLoad({ filter: /./, namespace: REQUIRED }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};
const REQUIRED = 'required';

/**
 * Nest's loggers make their date format when they first write one: a start, which writes none with them, spent a thirtieth of
 * its time on loading what ICU knows of dates.
 */
export const datesWhenWritten: Plugin = {
  name: 'dates when written',
  setup(builder) {
    builder.onLoad(
      { filter: /\/@nestjs\/common\/services\/(console-)?logger\.service\.js$/ },
      async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const contents = text.replace(DATE_FORMAT, '$1{ format: (at) => $2.format(at) }');
        return contents === text
          ? { errors: [{ text: `${path} makes no date format: is this plugin needed?` }] }
          : { contents };
      },
    );
  },
};
const DATE_FORMAT = /(dateTimeFormatter = )(new Intl\.DateTimeFormat\([^)]*\))/;

/** `jsonwebtoken` loads the 47 modules of `semver` to ask thrice whether Node is 17 or later: each that runs a bundle is. */
export const withoutVersionChecks: Plugin = {
  name: 'without version checks',
  setup(builder) {
    builder.onLoad({ filter: /\/jsonwebtoken\/lib\/\w+Supported\.js$/ }, async ({ path }) => {
      const contents = (await readFile(path, 'utf8')).replace(VERSION_CHECK, 'true');
      return contents.includes('process.version')
        ? { errors: [{ text: `${path} checks another version: is this plugin right?` }] }
        : { contents: contents.replace(LOADED_SEMVER, '') };
    });
  },
};
const VERSION_CHECK = /semver\.satisfies\(process\.version, '(\^\d+\.\d+\.\d+ \|\| )?>=(8|15|16)\.\d+\.\d+'\)/;
const LOADED_SEMVER = /(const|var) semver = require\('semver'\);/;

/**
 * Packages that have ES modules beside those of CommonJS are bundled from them: 340 modules of `graphql` and `rxjs` were
 * evaluated one by one at each start, each importer by an object of its own, and none could be left out.
 */
export const fromEsModules: Plugin = {
  name: 'from ES modules',
  setup(builder) {
    builder.onResolve(
      { filter: /^(graphql|rxjs)(\/|$)/ },
      async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === RESOLVING) return undefined;
        const found = await builder.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVING });
        if (found.errors.length) return found;
        const [, folder, file] = IN_PACKAGE.exec(found.path)!;
        const asEsModule = path.startsWith('rxjs') ? file!.replace('cjs', 'esm') : file!.replace(/\.js$/, '.mjs');
        return { path: folder! + asEsModule, sideEffects: false };
      },
    );
  },
};

const IN_PACKAGE = /^(.*[\\/]node_modules[\\/](?:graphql|rxjs)[\\/])(.*)$/s;

/** JSON files are parsed as JSON: as JavaScript, which esbuild makes of them, large ones take many times as long. */
export const parsedJson: Plugin = {
  name: 'parsed JSON',
  setup(builder) {
    builder.onLoad({ filter: /\.json$/ }, async ({ path }) => ({
      contents: `module.exports = JSON.parse(${JSON.stringify(await readFile(path, 'utf8'))});`,
    }));
  },
};

/**
 * Our files that read others beside them find those beside the compiled file, not beside the bundle.
 * @param folder of the bundle
 */
export const besideTheirSources = (outDir: string, folder: string): Plugin => ({
  name: 'beside their sources',
  setup(builder) {
    // Each file that a filter lets through is a message between two processes, so it lets through no package.
    builder.onLoad({ filter: new RegExp(`${asPattern(resolve(outDir))}.*\\.js$`) }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const from = (target: string) => JSON.stringify(fromBundle(folder, target));
      const contents = text
        .replaceAll('import.meta.url', `new URL(${from(path)}, import.meta.url).href`)
        .replaceAll('import.meta.dirname', `pathFromBundle(${from(dirname(path))})`);
      return { contents };
    });
  },
});

/**
 * Bundled packages that read or run files beside their own find those in `node_modules`.
 * @param folder of the bundle
 */
export const besideTheirPackages = (packages: readonly string[], folder: string): Plugin => ({
  name: 'beside their packages',
  setup(builder) {
    // Wherever node_modules is: it may be a link to another folder.
    const filter = new RegExp(`/node_modules/(${packages.map(asPattern).join('|')})/.*\\.js$`);
    builder.onLoad({ filter }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('__dirname')) return undefined;
      const beside = JSON.stringify(fromBundle(folder, dirname(path)));
      return { contents: text.replaceAll('__dirname', `pathFromBundle(${beside})`) };
    });
  },
});

const asPattern = (path: string) => path.replaceAll('\\', '/').replace(/[^\w/]/g, '.');

const fromBundle = (folder: string, path: string) => relative(folder, path).replaceAll('\\', '/');
