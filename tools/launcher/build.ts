import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { digestOf, isBuiltOf, noteBuilt } from './build-record.ts';
import { isSource } from './is-source.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** The folders to build, from nest-cli.json, which `nest build` also uses. */
interface BuildOptions {
  filenames: string[];
  outDir: string;
  /** Files for tests only are excluded. */
  ignore: string[];
}

/** The inputs of a build besides the compiled folders. */
export const INPUTS = [
  ...globSync([
    'clients/*/*.graphql',
    'clients/{portal,storefront}/**/*.{ts,css,svg,json}',
    // What the portal tells of the client package.
    'clients/sdk/package.json',
    'clients/sdk/src/generated/{operations,trusted}.ts',
  ])
    .filter(isSource)
    .sort(),
  // Gateways that were made from a release may have none of these.
  ...['released', 'CHANGELOG.md'].filter((path) => existsSync(path)),
  'schema.graphql',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
  '.swcrc',
  'tools/launcher',
  'tools/image/unbundled.ts',
];

/** Of processes that want the same build, one makes it. */
const LOCK = 'node_modules/.cache/atrium-build.lock';

/** Builds what is not there yet, whole and of these sources. @throws as `build` does */
export async function buildWhatIsNew(onBuild: () => void): Promise<void> {
  const { filenames, outDir } = optionsOfBuild();
  const isBuilt = () => isBuiltOf(digestOf([...filenames, ...INPUTS]), outDir);
  if (isBuilt()) return;
  await oneAtATime(LOCK, async () => {
    if (isBuilt()) return;
    onBuild();
    await build();
  });
}

/**
 * Compiles the gateway, the services and the libs into an empty `dist`, with the contracts they read at run time, and
 * bundles each deployable.
 * @throws when an operation of a client does not fit the schema, or a source cannot be compiled; the compiler has told
 *   why on standard error
 */
export async function build(): Promise<void> {
  const { filenames, outDir, ignore } = optionsOfBuild();
  // The inputs at the start: later changes are built next time.
  const inputs = digestOf([...filenames, ...INPUTS]);
  await checkClients();
  const swc = createRequire(import.meta.url).resolve('@swc/cli/bin/swc.js');
  const options = [
    '--out-dir',
    outDir,
    '--delete-dir-on-start',
    '--copy-files',
    '--quiet',
    '--ignore',
    ignore.join(','),
  ];
  const compiler = spawn(process.execPath, [swc, ...filenames, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [exitCode] = await once(compiler, 'exit');
  if (exitCode !== 0) throw new Error(`The build failed (exit code ${exitCode}).`);
  const { bundle, bundleInPlace } = await import('./bundle.ts');
  await bundle(outDir, entriesIn(outDir));
  await bundleInPlace(outDir, globSync(join(outDir, '**/*.worker.js')));
  const { buildPortal, PORTAL } = await import('./portal.ts');
  await buildPortal(join(outDir, PORTAL));
  const { buildStorefront, STOREFRONT } = await import('./storefront.ts');
  await buildStorefront(join(outDir, STOREFRONT));
  noteBuilt(inputs, outDir);
}

/** The compiled entry of the gateway, of each service, and of the health check of gRPC services, by name. */
function entriesIn(outDir: string): Record<string, string> {
  const services = globSync(join(outDir, 'apps/*/main.js')).map((file) => [basename(dirname(file)), file]);
  const healthCheck = join(outDir, 'libs/service/src/health-check.js');
  return { gateway: join(outDir, 'src/main.js'), 'health-check': healthCheck, ...Object.fromEntries(services) };
}

function optionsOfBuild(): BuildOptions {
  const { compilerOptions } = JSON.parse(readFileSync('nest-cli.json', 'utf8'));
  return compilerOptions.builder.options as BuildOptions;
}

/** Client operations are validated before the build; the modules for it are loaded only if needed. */
async function checkClients(): Promise<void> {
  const { buildSchema } = await import('graphql');
  const { persistedOperationsIn } = await import('#gateway/transports/graphql/documents/persisted-operations');
  const { releasedOperationsIn } = await import('#gateway/transports/graphql/documents/released-operations');
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  persistedOperationsIn('clients', schema);
  releasedOperationsIn('released', schema);
}
