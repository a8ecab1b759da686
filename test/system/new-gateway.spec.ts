import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '#libs/testing';
import { exampleFiles, releaseFiles } from '#tools/new/files';
import { make } from '#tools/new/make';
import type { Package } from '#tools/new/packages';
import { readJson } from '#tools/new/release';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** Specs of each wing, of a second or two; with COPIED_SPECS=all, those of the whole copy run, for minutes. */
const SPECS = [
  'src/config/oidc',
  'src/declare',
  'src/identity/logins',
  'src/identity/tokens',
  'src/edge/errors',
  'src/edge/headers',
  'src/files/file-links',
  'src/transports/graphql/limits',
  'src/jobs/routes',
  'src/operations',
  'libs/errors',
  'libs/cache/src/with-cache.spec.ts',
  'libs/view',
];
const ALL_SPECS = [...SPECS, 'src/(?!features|upstreams)', 'tools'];
/** What a gateway replaces by its own: the features, the upstreams, and their contracts. */
const OF_SHOP = [
  'libs/demo-data/**',
  'libs/contracts/{openapi,proto/shop,src/generated}/**',
  'libs/contracts/src/services.ts',
];
const wings = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['features', 'upstreams'].includes(entry.name))
  .map(({ name }) => name);
const MINUTE = 60_000;
const JEST = ['-C', 'atrium', '--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

const folder = mkdtempSync(join(tmpdir(), 'atrium-new-gateway-'));
const target = join(folder, 'my-bff');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  make('.', target, true);
  symlinkSync(resolve('node_modules'), join(target, 'node_modules'));
});

async function inTarget(command: string, ...args: string[]): Promise<void> {
  const options = { cwd: target, maxBuffer: 1e8 };
  await promisify(execFile)(command, args, options).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${[command, ...args].join(' ')}\n${error.stdout}${error.stderr}`);
  });
}

/** The packages that a source imports. */
const packagesIn = (text: string): string[] =>
  ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => /^[@a-z]/.test(name) && !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));

describe('the gateway without the shop, with one example of an upstream, a feature, a service and an operation', () => {
  it('has every source of the wings and the libs, unedited', () => {
    const files = globSync(['src/*.ts', `src/{${wings.join(',')}}/**/*`, 'libs/**/*'], {
      exclude: OF_SHOP,
    }).filter((file) => statSync(file).isFile() && !/\.(spec|fixture)\.tsx?$/.test(file));
    expect(files.length).toBeGreaterThan(900);
    const isSame = (file: string) =>
      existsSync(join(target, file)) && readFileSync(file).equals(readFileSync(join(target, file)));
    expect(files.filter((file) => !isSame(file))).toEqual([]);
    expect(wings.filter((wing) => !SPECS.some((spec) => spec.startsWith(`src/${wing}`)))).toEqual([]);
    for (const gone of ['src/features/orders', 'src/upstreams/users', 'apps/users', 'libs/demo-data'])
      expect(existsSync(join(target, gone))).toBe(false);
  });

  it('has every dependency of Atrium that its files import', () => {
    const [ours, theirs] = ['.', target].map((root) => {
      const { dependencies, devDependencies, optionalDependencies } = readJson<Package>(
        join(root, 'package.json'),
      );
      return { ...dependencies, ...devDependencies, ...optionalDependencies };
    });
    const sources = [...releaseFiles('.', false), ...exampleFiles('.').keys()].filter((file) =>
      /\.(ts|tsx|mjs|cjs)$/.test(file),
    );
    const missing = sources.flatMap((file) =>
      packagesIn(readFileSync(join(target, file), 'utf8'))
        .filter((name) => name in ours! && !(name in theirs!))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it(
    'compiles, with all specs that name no shop',
    async () => {
      await inTarget(process.execPath, 'node_modules/@typescript/native/bin/tsc', '-p', '.');
    },
    5 * MINUTE,
  );

  it(
    'keeps the import rules',
    async () => {
      await inTarget(
        'node_modules/.bin/depcruise',
        '--config',
        'rules.cjs',
        'src',
        'apps',
        'libs',
        'test',
        'tools',
      );
    },
    5 * MINUTE,
  );

  // One run each: suites of one process share the GraphQL types that they declare, and the specs of libs/view have a Book, too.
  it.each([
    ['its own specs', ['src/features', 'src/upstreams', 'test']],
    ['specs of the wings', process.env['COPIED_SPECS'] === 'all' ? ALL_SPECS : SPECS],
  ])(
    'passes %s',
    async (_, specs) => {
      await inTarget(process.execPath, ...JEST, '--testTimeout', `${MINUTE}`, ...specs);
    },
    15 * MINUTE,
  );
});

describe('npm start of a new gateway', () => {
  it(
    'builds and runs it with its service, and ends with exit code 0',
    async () => {
      const [port, admin, books] = [await freePort(), await freePort(), await freePort()];
      const environment = { PORT: `${port}`, ADMIN_PORT: `${admin}`, BOOKS_PORT: `${books}` };
      const npm = spawn(process.execPath, ['-C', 'atrium', 'tools/start.ts'], {
        cwd: target,
        env: { ...process.env, ...environment, NODE_ENV: 'development' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [npm.stdout, npm.stderr])
        stream.on('data', (chunk: Buffer) => (output += String(chunk)));
      const ended = once(npm, 'exit');
      while (!output.includes('My bff is ready') && npm.exitCode === null)
        await Promise.race([once(npm.stdout, 'data'), ended]);
      expect(output).toContain('My bff is ready');
      const shelf = await fetch(`http://127.0.0.1:${port}/v1/shelf`);
      expect([shelf.status, await shelf.json()]).toEqual([200, { books: expect.any(Array), degraded: [] }]);
      npm.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
    3 * MINUTE,
  );
});
