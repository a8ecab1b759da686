import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile } from 'esbuild';

const TEXT = new Set(['.js', '.css', '.svg']);
const MIN_BYTES = 1_000;

/** Makes a folder that has nothing in it. */
export function emptyFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/**
 * Bundles scripts and style sheets for browsers, under names that contain a hash of the content.
 * @returns the file of each entry, by its name without the hash
 */
export async function bundleAssets(folder: string, options: BuildOptions): Promise<Record<string, string>> {
  const { metafile } = await build({
    outdir: folder,
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    target: 'es2022',
    loader: { '.ttf': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
    conditions: ['browser'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
    ...options,
  });
  return assetsOf(metafile!);
}

/** The outputs of entries, as `name.extension`; a style sheet that a script imports has the name of the script. */
function assetsOf({ outputs }: Metafile): Record<string, string> {
  const assets: Record<string, string> = {};
  for (const [path, { entryPoint, cssBundle }] of Object.entries(outputs)) {
    if (entryPoint === undefined) continue;
    for (const file of [path, cssBundle]) if (file !== undefined) assets[nameOf(file)] = basename(file);
  }
  return assets;
}

const nameOf = (file: string): string => basename(file).replace(/-[A-Z0-9]{8}(?=\.)/, '');

/** Writes the compressed copies of each text of a folder beside it. */
export function compressAssets(folder: string): void {
  for (const file of globSync('*', { cwd: folder })) compress(join(folder, file));
}

function compress(file: string): void {
  const content = readFileSync(file);
  if (!TEXT.has(extname(file)) || content.length < MIN_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
}
