import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtEntry } from '#test/support/build';
import { EXTERNAL, READ, REQUIRED, THREADED } from './unbundled.ts';
import type { Bill } from './bill-of-materials.ts';
import { closureOf, type LockedPackages } from './locked-packages.ts';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: LockedPackages };

/** What packages import if it is there, and nothing of ours needs. */
const OPTIONAL = [
  '@apollo/subgraph',
  '@fastify/multipart',
  '@fastify/view',
  '@nats-io/transport-node',
  '@nestjs/platform-express',
  '@nestjs/platform-socket.io',
  '@valkey/valkey-glide',
  'amqp-connection-manager',
  'bufferutil',
  'class-transformer',
  'class-validator',
  'kafkajs',
  'mqtt',
  'pg-native',
  'picomatch',
  'ts-morph',
  'utf-8-validate',
];
const IMPORTS =
  /(?:\b__require\d*\(|\bimport\()\s*["']([^"'./][^"']*)["']|(?<=^|[;}])import\s*(?:[\w$*{][^;"'()]*from\s*)?"([^".][^"]*)";/gm;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'atrium-packages-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const FILES = [
  'LICENSE',
  'index.js',
  'index.js.map',
  'index.d.ts',
  'README.md',
  'test/all.js',
  'src/index.ts',
  'node_modules/inner/index.js',
];

function reduced(lock: LockedPackages, files: readonly string[]): string[] {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: lock }));
  writeFileSync(join(root, 'sbom.cdx.json'), JSON.stringify(billOfAll(lock)));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `text of ${file}`);
  }
  execFileSync(process.execPath, ['--no-warnings', resolve('tools/image/reduce-packages.ts')], { cwd: root });
  return files.filter((file) => existsSync(join(root, file)));
}

/** As npm writes it for a lock file, with a package that is not installed here. */
function billOfAll(lock: LockedPackages): Bill {
  const named = Object.entries(lock).map(([folder, { version }]) => [
    folder.split('node_modules/').at(-1)!,
    version!,
  ]);
  const all = [...named, ['jest', '30.0.0']] as [string, string][];
  return {
    components: all.map(([name, version]) => ({ 'bom-ref': `${name}@${version}`, name, version })),
    dependencies: [{ ref: 'root', dependsOn: all.map(([name, version]) => `${name}@${version}`) }],
  };
}

describe('the packages of the image', () => {
  it('are those that processes load from node_modules, with all that these depend on', () => {
    const files = Object.entries(packages).flatMap(([folder, { devOptional }]) =>
      folder && !devOptional ? [`${folder}/index.js`] : [],
    );
    const data = READ.map((folder) => `node_modules/${folder}/some.proto`);
    const left = reduced(packages, [...files, ...data]);
    const kept = closureOf(packages, [...EXTERNAL, ...THREADED, ...REQUIRED]);
    expect(left.sort()).toEqual([...[...kept].map((folder) => `${folder}/index.js`), ...data].sort());
    expect(kept).toContain('node_modules/@img/sharp-linux-x64');
    expect(kept).toContain('node_modules/pino-abstract-transport');
  });

  it('have only files that run; the licences of all are in one file', () => {
    const version = '1.0.0';
    const lock: LockedPackages = {
      ...Object.fromEntries([...EXTERNAL, ...THREADED, ...REQUIRED].map((name) => [`node_modules/${name}`, {}])),
      'node_modules/sharp': { version, license: 'Apache-2.0', dependencies: { inner: '1' } },
      'node_modules/sharp/node_modules/inner': { version, license: 'MIT' },
      'node_modules/bundled': { version, license: 'ISC' },
    };
    const left = reduced(lock, [
      ...FILES.map((file) => `node_modules/sharp/${file}`),
      'node_modules/bundled/LICENSE',
    ]);
    expect(left).toEqual(
      ['LICENSE', 'index.js', 'node_modules/inner/index.js'].map((file) => `node_modules/sharp/${file}`),
    );
    const licences = readFileSync(join(root, 'THIRD_PARTY_LICENSES.txt'), 'utf8');
    expect(licences).toContain('sharp 1.0.0 (Apache-2.0)\n\ntext of node_modules/sharp/LICENSE\n');
    expect(licences).toContain('bundled 1.0.0 (ISC)\n\ntext of node_modules/bundled/LICENSE\n');
    expect(licences).toContain('inner 1.0.0 (MIT)\n\nIt has no file of its licence, MIT.\n');
    const { components, dependencies } = JSON.parse(readFileSync(join(root, 'sbom.cdx.json'), 'utf8')) as Bill;
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['bundled', 'inner', 'sharp']));
    expect(names).not.toContain('jest');
    expect(dependencies[0]!.dependsOn).toEqual(components.map((component) => component['bom-ref']));
  });

  it('are all that bundles import', async () => {
    const dist = join(dirname(await builtEntry('gateway')), '..');
    const imported = new Set<string>();
    for (const file of globSync(['bundles/*.js', '**/*.worker.js'], { cwd: dist })) {
      for (const [, a, b] of readFileSync(join(dist, file), 'utf8').matchAll(IMPORTS)) imported.add((a ?? b)!);
    }
    const names = [...imported].filter((name) => !isBuiltin(name)).sort();
    expect(names).toEqual(expect.arrayContaining(EXTERNAL));
    expect(names.filter((name) => ![...EXTERNAL, ...OPTIONAL].includes(name))).toEqual([]);
  });

  it('are reduced by the Dockerfile', () => {
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(
      /npm ci --omit=dev [^]*?&& node tools\/image\/reduce-packages\.ts\n/,
    );
  });
});
