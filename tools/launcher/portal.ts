import { hash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import { bundleAssets, compressAssets, emptyFolder } from './assets.ts';
import { changelogHtml } from './changelog.ts';

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

/**
 * Bundles the scripts of the portal from `clients/portal` and packages, compressed, under names that contain a hash.
 * @param folder to write to; emptied before
 * @param pages the pages to build scripts for, by default all
 */
export async function buildPortal(folder: string, pages: readonly string[] = Object.keys(PAGES)): Promise<void> {
  emptyFolder(folder);
  const scripts = Object.entries(PAGES).flatMap(([page, files]) => (pages.includes(page) ? files : []));
  const assets = await bundleAssets(folder, {
    entryPoints: [...scripts, 'style.css'].map((file) => join('clients/portal', file)),
    format: 'esm',
  });
  if (pages.includes('graphiql'))
    Object.assign(assets, await bundleAssets(folder, { entryPoints: WORKERS, format: 'iife' }));
  if (pages.includes('reference')) assets['scalar.js'] = await writeViewer(folder);
  compressAssets(folder);
  const changelog = changelogHtml('.');
  if (changelog !== undefined) writeFileSync(join(folder, 'changelog.html'), changelog);
  const manifest: PortalManifest = { assets, client: clientPackage() };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

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

function clientPackage(): PortalManifest['client'] {
  const folder = 'clients/sdk';
  if (!existsSync(folder)) return undefined;
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
  const sources = ['operations', 'trusted'].map((file) =>
    readFileSync(join(folder, `src/generated/${file}.ts`), 'utf8'),
  );
  const exported = sources.flatMap((source) => [...source.matchAll(/^export const (\w+): (\w+)</gm)]);
  const operations = exported.map(([, found]) => found!);
  const streams = exported
    .filter(([, , type]) => /^(Stream|Subscription)Operation$/.test(type!))
    .map(([, found]) => found!);
  return { name, operations, streams };
}
