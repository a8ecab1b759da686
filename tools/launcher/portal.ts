import { hash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import fastify from 'fastify';
import markdownIt from 'markdown-it';

/** Where the scripts of the portal go, below what is compiled. */
export const PORTAL = 'portal';

/** What the gateway reads of a built portal. */
export interface PortalManifest {
  /** The file of each script, style sheet and worker, by its name: all names contain a hash of the content. */
  assets: Record<string, string>;
  /** The client package, where this repository has one: its name, the functions that call operations, and those of them that follow streams. */
  client?: { name: string; operations: string[]; streams: string[] };
}

/** The scripts of each page that has some; `portal` is on all of them. */
const PAGES = {
  portal: ['portal.ts'],
  streams: ['streams.ts'],
  reference: ['reference.ts', 'nonce.ts'],
  graphiql: ['graphiql.ts'],
};
/** The workers of GraphiQL's editor. */
const WORKERS = {
  'worker-editor': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'worker-json': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'worker-graphql': 'monaco-graphql/esm/graphql.worker.js',
};
const TEXT = new Set(['.js', '.css']);
const MIN_BYTES = 1_000;
const CHANGELOG = 'CHANGELOG.md';

/**
 * Bundles the scripts of the portal from `clients/portal` and packages, compressed, under names that contain a hash.
 * @param folder to write to; emptied before
 * @param pages the pages to build scripts for, by default all
 */
export async function buildPortal(folder: string, pages: readonly string[] = Object.keys(PAGES)): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scripts = Object.entries(PAGES).flatMap(([page, files]) => (pages.includes(page) ? files : []));
  const assets = await bundled(folder, {
    entryPoints: [...scripts, 'style.css'].map((file) => join('clients/portal', file)),
    format: 'esm',
  });
  if (pages.includes('graphiql'))
    Object.assign(assets, await bundled(folder, { entryPoints: WORKERS, format: 'iife' }));
  if (pages.includes('reference')) assets['scalar.js'] = await writeViewer(folder);
  for (const file of globSync('*', { cwd: folder })) compress(join(folder, file));
  if (existsSync(CHANGELOG)) writeFileSync(join(folder, 'changelog.html'), changelog());
  const manifest: PortalManifest = { assets, client: clientPackage() };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

async function bundled(folder: string, options: BuildOptions): Promise<Record<string, string>> {
  const { metafile } = await build({
    outdir: folder,
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
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

/** Writes the script of Scalar, which its Fastify plugin serves, without the address of a source map. */
async function writeViewer(folder: string): Promise<string> {
  const { default: plugin } = await import('@scalar/fastify-api-reference');
  const server = fastify();
  await server.register(plugin as never, { routePrefix: '/r', configuration: { content: '{}' } } as never);
  const { body } = await server.inject('/r/js/scalar.js');
  await server.close();
  const script = body.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  const file = `scalar-${hash('sha256', script, 'hex').slice(0, 8)}.js`;
  writeFileSync(join(folder, file), script);
  return file;
}

/** Writes the compressed copies of a text beside it. */
function compress(file: string): void {
  const content = readFileSync(file);
  if (!TEXT.has(extname(file)) || content.length < MIN_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
}

/** The changelog as HTML without its title; markup in it is text, and so are links to files of the repository. */
function changelog(): string {
  const markdown = markdownIt({ html: false });
  const isOpen: boolean[] = [];
  markdown.renderer.rules.link_open = (tokens, index, options, _, renderer) => {
    const isLink = /^https?:/.test(String(tokens[index]!.attrGet('href')));
    isOpen.push(isLink);
    return isLink ? renderer.renderToken(tokens, index, options) : '';
  };
  markdown.renderer.rules.link_close = () => (isOpen.pop() ? '</a>' : '');
  const scrolling = '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>';
  markdown.renderer.rules['table_open'] = () => scrolling;
  markdown.renderer.rules['table_close'] = () => '</table></div>';
  return markdown.render(readFileSync(CHANGELOG, 'utf8').replace(/^# .*\n/, ''));
}

function clientPackage(): PortalManifest['client'] {
  const folder = 'clients/sdk';
  if (!existsSync(folder)) return undefined;
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
  const sources = ['operations', 'trusted'].map((file) =>
    readFileSync(join(folder, `src/generated/${file}.ts`), 'utf8'),
  );
  const exported = sources.flatMap((source) => [...source.matchAll(/^export const (\w+): (\w+)</gm)]);
  const operations = exported.map(([, found]) => found!);
  const streams = exported.filter(([, , type]) => type === 'StreamOperation').map(([, found]) => found!);
  return { name, operations, streams };
}
