import { existsSync, globSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { bundleAssets, compressAssets, emptyFolder } from './assets.ts';

/** Where the assets of the storefront go, below what is compiled. */
export const STOREFRONT = 'storefront';

const SOURCES = 'clients/storefront';
/** What pages load by name; what these import comes with them. */
const ENTRIES = ['site.ts', 'sw.ts', 'reload.ts', 'site.css'];
/** The style sheets of pages that have one of their own, by the name of the page. */
const PAGES = 'pages/*.css';
/** What `site.ts` imports later, on pages that need it. */
const LATER = '*-later.ts';
const ICON = 'icon.svg';

/**
 * Bundles the scripts and style sheets of the storefront, compressed, under names that contain a hash. Pictures that a style
 * sheet names are in it, which saves a request for each. A gateway without a storefront has nothing to bundle.
 * @param folder to write to; emptied before
 */
export async function buildStorefront(folder: string): Promise<void> {
  if (!existsSync(SOURCES)) return;
  emptyFolder(folder);
  const bundle = (files: readonly string[], options: BuildOptions = {}) =>
    bundleAssets(folder, { entryPoints: files.map((file) => join(SOURCES, file)), format: 'esm', ...options });
  const later = await bundle(globSync(LATER, { cwd: SOURCES }));
  const now = await bundle([...ENTRIES, ...globSync(PAGES, { cwd: SOURCES })], {
    loader: { '.svg': 'dataurl' },
    plugins: [laterBy(later)],
  });
  const icon = await bundle([ICON], { loader: { '.svg': 'copy' } });
  compressAssets(folder);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ assets: { ...later, ...now, ...icon } }));
}

/**
 * Names the files of dynamic imports, which are bundled before. By splitting, esbuild would move what they share with the
 * script of every page, its own helpers included, into a file for which that script then waits.
 */
const laterBy = (files: Record<string, string>): Plugin => ({
  name: 'later',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\// }, ({ path, kind }) => {
      const file = kind === 'dynamic-import' && files[basename(path).replace('.ts', '.js')];
      return file ? { path: `./${file}`, external: true } : undefined;
    }),
});
