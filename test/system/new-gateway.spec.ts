import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '#libs/testing';
import { releaseFiles } from '#tools/new/files';
import { make } from '#tools/new/make';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** The wings of the gateway, and a spec of each that takes a second or two. All that name no shop are in the copy. */
const SPECS = [
  'src/declare',
  'src/identity/logins',
  'src/identity/tokens',
  'src/edge/errors',
  'src/edge/headers',
  'src/transports/graphql/limits',
  'src/operations',
  'libs/errors',
  'libs/cache/src/with-cache.spec.ts',
  'libs/view',
];
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

describe('the gateway without the shop, with one example of an upstream, a feature, a service and an operation', () => {
  it('has every source of config, declare, identity, edge, transports, operations and libs, unedited', () => {
    const files = releaseFiles('.', false);
    for (const wing of ['config', 'declare', 'identity', 'edge', 'transports', 'files', 'jobs', 'operations'])
      expect(files.some((file) => file.startsWith(`src/${wing}/`))).toBe(true);
    expect(files.filter((file) => !readFileSync(file).equals(readFileSync(join(target, file))))).toEqual([]);
    for (const gone of ['src/features/orders', 'src/upstreams/users', 'apps/users', 'libs/demo-data'])
      expect(existsSync(join(target, gone))).toBe(false);
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
    ['specs of the wings', SPECS],
  ])(
    'passes %s',
    async (_, specs) => {
      await inTarget(process.execPath, ...JEST, '--testTimeout', `${MINUTE}`, ...specs);
    },
    5 * MINUTE,
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
