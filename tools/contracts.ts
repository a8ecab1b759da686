// Writes what libs/contracts generates from the contracts of the services: npm run contracts
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readOptions } from './launcher/read-options.ts';

/** The contracts of a folder, each by the name of its service. */
export interface Contracts {
  /** The OpenAPI documents: `openapi/<service>.json`. */
  openapi: string[];
  /** The proto files that define a gRPC service, by `<service>`; the path is below `proto`, without its ending. */
  proto: { service: string; path: string }[];
}

const FOLDER = 'libs/contracts';
const IDENTIFIER = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const camel = (service: string): string => service.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const pascal = (service: string): string => camel(service).replace(/^./, (letter) => letter.toUpperCase());

/**
 * The contracts below `folder`. The file name is the name of the service; proto files without a `service` are
 * libraries.
 * @throws if two contracts have one name, or a name is not in kebab case
 */
export function contractsIn(folder: string): Contracts {
  const openapi = globSync('openapi/*.json', { cwd: folder }).map((file) => basename(file, '.json'));
  const proto = globSync('proto/**/*.proto', { cwd: folder })
    .filter((file) => /^service \w/m.test(readFileSync(`${folder}/${file}`, 'utf8')))
    .map((file) => ({ service: basename(file, '.proto').replaceAll('_', '-'), path: file.slice(6, -6) }));
  const names = [...openapi, ...proto.map(({ service }) => service)];
  for (const name of names) {
    if (!IDENTIFIER.test(name)) throw new Error(`${folder}: the contract '${name}' needs a name in kebab case.`);
    if (names.indexOf(name) !== names.lastIndexOf(name))
      throw new Error(`${folder}: two contracts are named '${name}'.`);
  }
  return { openapi: openapi.toSorted(), proto: proto.toSorted((a, b) => (a.service < b.service ? -1 : 1)) };
}

/** The text of `libs/contracts/src/services.ts`: the types of each service, and its OpenAPI document if it has one. */
function servicesFile({ openapi, proto }: Contracts): string {
  const grpc = proto.map(({ service, path }) => `export * as ${camel(service)} from './generated/${path}.ts';`);
  const imports = openapi.map(
    (service) => `import type { components as ${camel(service)} } from './generated/${service}.ts';`,
  );
  const rest = openapi.map(
    (service) => `
/** The schemas of the OpenAPI document of ${service}, as types. */
export type ${pascal(service)}Api = ${camel(service)}['schemas'];

/** The OpenAPI document of ${service}. */
export const ${camel(service)}Document = documentOf('${service}');
`,
  );
  return [
    '// Written by `npm run contracts` from openapi/*.json and proto/**/*.proto; do not edit.',
    ...(openapi.length ? ["import { documentOf } from './document-of.ts';"] : []),
    ...imports,
    ...(openapi.length && grpc.length ? [''] : []),
    ...grpc,
    rest.join(''),
  ].join('\n');
}

/** The types of an OpenAPI document, as `libs/contracts/src/generated` has them. */
export async function typesOf(file: string): Promise<string> {
  // Only needed here: it loads the TypeScript compiler.
  const { default: openapiTypes, astToString, COMMENT_HEADER } = await import('openapi-typescript');
  const document = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return `${COMMENT_HEADER}${astToString(await openapiTypes(document as never))}`;
}

/**
 * Generates the code of all contracts below `folder`, and removes the code of deleted ones. If it throws, the generated
 * code is unchanged.
 * @throws if a proto file breaks the lint rules or cannot be read
 */
export async function writeContracts(folder: string): Promise<Contracts> {
  const contracts = contractsIn(folder);
  const written = mkdtempSync(join(tmpdir(), 'atrium-generated-'));
  const generated = `${written}/src/generated`;
  mkdirSync(generated, { recursive: true });
  try {
    // Messages without a service, such as google.rpc.Status, have code too.
    if (globSync('proto/**/*.proto', { cwd: folder }).length) {
      buf('lint', folder);
      buf('generate', folder, '--template', `${folder}/buf.gen.yaml`, '--output', written);
    }
    for (const service of contracts.openapi)
      writeFileSync(`${generated}/${service}.ts`, await typesOf(`${folder}/openapi/${service}.json`));
    rmSync(`${folder}/src/generated`, { recursive: true, force: true });
    cpSync(generated, `${folder}/src/generated`, { recursive: true });
  } finally {
    rmSync(written, { recursive: true });
  }
  writeFileSync(`${folder}/src/services.ts`, servicesFile(contracts));
  return contracts;
}

function buf(...args: string[]): void {
  const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
  const env = { ...process.env, PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}` };
  const { status, error } = spawnSync('buf', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (error) throw error;
  if (status !== 0) throw new Error(`buf ${args[0]} failed with exit code ${status}.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  readOptions('npm run contracts   writes what libs/contracts generates from the contracts of the services\n', {});
  const { openapi, proto } = await writeContracts(FOLDER);
  const all = [...openapi, ...proto.map(({ service }) => service)].toSorted();
  process.stdout.write(`Wrote the code of ${all.join(', ')}.\n`);
}
