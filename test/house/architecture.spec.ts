import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';

/** What breaks each rule of architecture.cjs: a file, and what it imports. */
const OFFENCES: Record<string, [file: string, ...imports: string[]]> = {
  'no-cycles': ['src/edge/round.ts', './round.ts'],
  'no-dead-files': ['src/edge/forgotten.ts'],
  'no-unknown': ['src/edge/lost.ts', './nowhere.ts'],
  'no-dev-dependencies': ['src/edge/supper.ts', 'supertest'],
  'loaded-on-demand': ['src/edge/eager.ts', 'ioredis'],
  'libs-know-libs-only': ['libs/errors/src/a.ts', '#gateway/config/config'],
  'libs-by-name': ['src/edge/deep.ts', './../../libs/errors/src/entry.ts'],
  'libs-by-name-among-libs': ['libs/observe/src/a.ts', './../../errors/src/entry.ts'],
  'libs-of-floor-0-know-lower-ones': ['libs/observe/src/b.ts', '#libs/endpoints'],
  'libs-of-floor-1-know-lower-ones': ['libs/errors/src/b.ts', '#libs/upstream'],
  'libs-of-floor-2-know-lower-ones': ['libs/jobs/src/b.ts', '#libs/events'],
  'libs-of-floor-3-know-lower-ones': ['libs/upstream/src/b.ts', '#libs/images'],
  'libs-of-floor-4-know-lower-ones': ['libs/cache/src/b.ts', '#libs/rehearsal'],
  'libs-of-floor-5-know-lower-ones': ['libs/rehearsal/src/b.ts', '#libs/lib-of-no-floor'],
  'testing-is-for-specs': ['src/edge/tested.ts', '#libs/testing'],
  'apps-know-libs-only': ['apps/users/a.ts', '#gateway/config/config'],
  'apps-are-strangers': ['apps/users/b.ts', './../orders/entry.ts'],
  'src-knows-no-app': ['src/edge/app.ts', './../../apps/orders/entry.ts'],
  'src-knows-no-storage': ['src/edge/stored.ts', '#libs/storage'],
  'config-knows-what-is-below': ['src/config/a.ts', '#gateway/declare/entry'],
  'declare-knows-what-is-below': ['src/declare/a.ts', '#gateway/identity/entry'],
  'upstreams-knows-what-is-below': ['src/upstreams/users/a.ts', '#gateway/identity/entry'],
  'identity-knows-what-is-below': ['src/identity/a.ts', '#gateway/edge/entry'],
  'edge-knows-what-is-below': ['src/edge/a.ts', '#gateway/transports/entry'],
  'files-knows-what-is-below': ['src/files/a.ts', '#gateway/edge/entry'],
  'transports-knows-what-is-below': ['src/transports/a.ts', '#gateway/operations/entry'],
  'jobs-knows-what-is-below': ['src/jobs/a.ts', '#gateway/features/home/entry'],
  'operations-knows-what-is-below': ['src/operations/a.ts', '#gateway/features/home/entry'],
  'features-knows-what-is-below': ['src/features/home/a.ts', '#gateway/gateway.module'],
  'features-are-strangers': ['src/features/home/b.ts', '#gateway/features/orders/entry'],
  'upstreams-are-strangers': ['src/upstreams/users/b.ts', '#gateway/upstreams/orders/orders.port'],
  'adapters-stay-behind': ['src/edge/wire.ts', '#gateway/upstreams/users/users.rest'],
  'fakes-are-for-specs': ['src/edge/fake.ts', '#gateway/upstreams/users/users.fake'],
  'doors-ask-use-cases': ['src/features/home/home.controller.ts', '#gateway/upstreams/orders/orders.port'],
  'features-see-ports-only': ['src/features/home/get-home.ts', '#gateway/upstreams/users/entry'],
  'use-cases-know-no-transport': ['src/features/home/follow-home.ts', '#gateway/transports/entry'],
  'views-are-answers': ['src/features/home/home.view.ts', '#gateway/edge/entry'],
};

/** What the offending files import. */
const INNOCENT = [
  ...[
    'errors',
    'upstream',
    'rehearsal',
    'testing',
    'storage',
    'endpoints',
    'events',
    'images',
    'lib-of-no-floor',
  ].map((name) => `libs/${name}/src/index.ts`),
  'libs/errors/src/entry.ts',
  'apps/orders/entry.ts',
  'src/config/config.ts',
  'src/gateway.module.ts',
  'src/main.ts',
  ...['declare', 'identity', 'edge', 'transports', 'operations'].map((wing) => `src/${wing}/entry.ts`),
  'src/features/home/entry.ts',
  'src/features/orders/entry.ts',
  'src/upstreams/orders/orders.port.ts',
  'src/upstreams/users/users.rest.ts',
  'src/upstreams/users/users.fake.ts',
  'src/upstreams/users/entry.ts',
];

describe('the rules of architecture.cjs', () => {
  const tree = mkdtempSync(join(tmpdir(), 'atrium-architecture-'));
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it('each find the import they forbid', async () => {
    const root = resolve('.');
    for (const file of ['package.json', 'tsconfig.json', 'architecture.cjs'])
      put(file, readFileSync(file, 'utf8'));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    for (const file of INNOCENT) put(file, '');
    for (const [file, ...imports] of Object.values(OFFENCES)) {
      put(file, imports.map((from) => `import '${from}';\n`).join(''));
    }
    const found = await violations();
    const broken = Object.entries(OFFENCES).map(([rule, [file]]) => `${rule} in ${file}`);
    expect(found).toEqual(expect.arrayContaining(broken));

    const { forbidden } = createRequire(import.meta.url)(join(root, 'architecture.cjs'));
    expect(Object.keys(OFFENCES)).toEqual(forbidden.map(({ name }: { name: string }) => name));
  }, 60_000);

  function put(file: string, content: string): void {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), content);
  }

  async function violations(): Promise<string[]> {
    const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const options = ['--config', 'architecture.cjs', '--output-type', 'json', 'src', 'apps', 'libs'];
    // It exits with the number of violations, of which there are many.
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...options], { cwd: tree }).catch(
      (error) => error,
    );
    const { summary } = JSON.parse(stdout);
    return summary.violations.map(
      (one: { rule: { name: string }; from: string }) => `${one.rule.name} in ${one.from}`,
    );
  }
});
