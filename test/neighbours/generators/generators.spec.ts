import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { build } from 'esbuild';
import { FRONT_END, generatorPackages, generators } from './programs.ts';

jest.setTimeout(300_000);

const run = promisify(execFile);

/** What each generator is run with, in a folder with `openapi.json` and `schema.graphql`. */
const COMMANDS: Record<string, string[]> = {
  'openapi-typescript': ['openapi.json', '-o', 'src/generated/openapi-fetch/schema.ts'],
  'openapi-ts': ['-i', 'openapi.json', '-o', 'src/generated/hey-api', '--no-log-file'],
  orval: ['--config', 'orval.config.mjs'],
  'swagger-typescript-api': [
    'generate',
    '-p',
    'openapi.json',
    '-n',
    'client.ts',
    '--silent',
    '-o',
    'src/generated/swagger-typescript-api',
  ],
  'openapi-zod-client': ['openapi.json', '-o', 'src/generated/openapi-zod-client/client.ts'],
  kubb: ['generate', '--config', 'kubb.config.mjs'],
  oazapfts: ['openapi.json', 'src/generated/oazapfts/client.ts'],
  genql: [
    '--schema',
    'schema.graphql',
    '--output',
    'src/generated/genql',
    '--esm',
    '-S',
    'DateTime:string',
    '-S',
    'SafeInt:number',
  ],
};

const CLIENTS = [
  'openapi-fetch',
  'hey-api',
  'orval',
  'swagger-typescript-api',
  'openapi-zod-client',
  'kubb',
  'oazapfts',
  'genql',
];

describeWith(generators, 'clients generated from our documents', () => {
  let shop: Shop;
  let folder: string;
  beforeAll(async () => {
    // Below the packages, where Node looks for them.
    folder = mkdtempSync(join(generatorPackages.path, 'work-'));
    cpSync(FRONT_END, folder, { recursive: true });
    for (const document of ['openapi.json', 'schema.graphql']) cpSync(document, join(folder, document));
    for (const name of ['openapi-zod-client', 'oazapfts'])
      mkdirSync(join(folder, 'src/generated', name), { recursive: true });
    const bin = join(generatorPackages.path, 'node_modules/.bin');
    await Promise.all([
      Shop.open().then((opened) => (shop = opened)),
      ...Object.entries(COMMANDS).map(([name, args]) => run(join(bin, name), args, { cwd: folder })),
    ]);
  });
  afterAll(async () => {
    await shop?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are compiled under strict with what uses them', async () => {
    const compiler = join(generatorPackages.path, 'node_modules/typescript/lib/tsc.js');
    const checked = run(process.execPath, [compiler, '-p', '.'], { cwd: folder });
    const { stdout } = await checked.catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  it.each(CLIENTS)('log in, show the home page, order, and follow the order: %s', async (name) => {
    const outfile = join(folder, `${name}.mjs`);
    await build({
      entryPoints: [join(folder, `src/${name}.ts`)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'error',
    });
    const script = `import(${JSON.stringify(outfile)})
      .then(({ shop }) => shop(${JSON.stringify(shop.gateway.url)}))
      .catch((error) => error instanceof Error ? error.stack : error)
      .then((shopped) => { console.log(JSON.stringify(shopped)); process.exit(); })`;
    const { stdout } = await run(process.execPath, ['-e', script]);
    expect(JSON.parse(stdout)).toEqual({ user: 'Ada Lovelace', order: 'PLACED', event: 'PLACED' });
  });
});
