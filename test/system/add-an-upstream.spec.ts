import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const GUIDE = 'docs/guides/add-an-upstream.md';
/** The specs of the copy that a new upstream concerns: its own, and those that find all upstreams. */
const SPECS = [
  'src/upstreams/parcels',
  'src/upstreams/crossings.spec.ts',
  'test/house/ports.spec.ts',
  'test/house/environment.spec.ts',
];
/** What the specs above and the compiler read. */
const COPIED = [
  'src',
  'libs',
  'apps',
  'tools',
  'test/house',
  'test/support',
  'clients',
  'released',
  'docs',
  'findings',
  'package.json',
  'tsconfig.json',
  'jest.config.js',
  '.swcrc',
  '.env.example',
  'docker-compose.yml',
  'schema.graphql',
  'openapi.json',
];

/** The blocks of the guide that name a file: `ts` and `json` are whole files, `diff` adds lines after those it shows. */
const blocks = [...readFileSync(GUIDE, 'utf8').matchAll(/^```(ts|json|diff) (\S+)\n([^]*?)^```$/gm)].map(
  ([, kind, file, text]) => ({ kind: kind!, file: file!, text: text! }),
);
const created = blocks.filter(({ kind, file }) => kind !== 'diff' && file.includes('parcels'));
const changes = blocks.filter(({ kind }) => kind === 'diff');
const added = (text: string) =>
  text.split('\n').flatMap((line) => (line.startsWith('+') ? [line.slice(1).trim()] : []));

describe('docs/guides/add-an-upstream.md', () => {
  it('takes a contract, three small files, two lines and one spec', () => {
    const files = created.map(({ file }) => file);
    const small = created.filter(({ file }) => /\.(port|rest|fake)\.ts$/.test(file));
    expect(files.filter((file) => file.startsWith('libs/contracts/'))).toHaveLength(1);
    expect(small).toHaveLength(3);
    expect(small.filter(({ text }) => text.split('\n').length > 40)).toEqual([]);
    expect(files.filter((file) => file.endsWith('.spec.ts'))).toHaveLength(1);
    expect(files).toHaveLength(5);
    expect(changes.map(({ file, text }) => [file, added(text).length])).toEqual([
      ['src/upstreams/settings/upstreams.settings.ts', 1],
      ['src/upstreams/upstreams.module.ts', 1],
    ]);
  });
});

describe('a copy in which somebody followed the guide', () => {
  const run = promisify(execFile);
  let copy: string;
  const inCopy = async (command: string, ...args: string[]): Promise<void> => {
    await run(command, args, { cwd: copy, maxBuffer: 1e8 }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${[command, ...args].join(' ')}\n${error.stdout}${error.stderr}`);
    });
  };
  const read = (file: string) => readFileSync(join(copy, file), 'utf8');

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'atrium-upstream-'));
    for (const name of COPIED) cpSync(name, join(copy, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    for (const { file, text } of created) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    }
    for (const { file, text } of changes) writeFileSync(join(copy, file), withLines(read(file), text));
    importTheNames();
    await inCopy('npm', 'run', '--silent', 'contracts');
    await inCopy('npm', 'run', '--silent', 'schema:write');
  }, 240_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('compiles', async () => {
    writeFileSync(
      join(copy, 'tsconfig.copy.json'),
      JSON.stringify({ extends: './tsconfig.json', include: ['src/upstreams', 'libs/**/*.d.ts'] }),
    );
    await inCopy(process.execPath, 'node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.copy.json');
  }, 240_000);

  it('keeps the promises of the new port, and the rules that hold for every upstream', async () => {
    const jest = ['-C', 'atrium', '--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
    await inCopy(process.execPath, ...jest, '--runInBand', '--testTimeout', '60000', ...SPECS);
  }, 240_000);

  it('lists the address of the service in .env.example and docker-compose.yml, and its cache policy in the docs', () => {
    expect(read('.env.example')).toMatch(
      /^# The addresses of the parcels service\. .*\n# PARCELS_URL=http:\/\/127\.0\.0\.1:3010$/m,
    );
    expect(read('docker-compose.yml')).toContain('\n  PARCELS_URL: ${PARCELS_URL:-}\n');
    expect(read('docs/caching.md')).toContain('| `parcels.scansOf` | caller | 30 s |');
  });

  it('differs in no other file', () => {
    const files = globSync('{src,libs,apps,tools,test}/**/*.{ts,json,proto}', { cwd: copy });
    const changed = files.filter((file) => {
      const before = globSync(file).map((path) => readFileSync(path, 'utf8'));
      return before[0] !== read(file);
    });
    const written = ['libs/contracts/src/generated/parcels.ts', 'libs/contracts/src/services.ts'];
    const byHand = [...created, ...changes].map(({ file }) => file);
    expect(changed.toSorted()).toEqual([...written, ...byHand].toSorted());
  });

  /** What an editor does for the names of the second line. */
  function importTheNames(): void {
    const file = 'src/upstreams/upstreams.module.ts';
    const imports = [
      "import { parcelsDocument } from '#libs/contracts';",
      "import { Parcels } from './parcels/parcels.port.ts';",
      "import { ParcelsRest } from './parcels/parcels.rest.ts';",
    ];
    writeFileSync(join(copy, file), `${imports.join('\n')}\n${read(file)}`);
  }
});

/** A file with the added lines of a diff after the lines that the diff shows. @throws if the file has no such lines */
function withLines(source: string, diff: string): string {
  const lines = diff.split('\n').filter(Boolean);
  const before = lines.filter((line) => line.startsWith(' ')).map((line) => `${line.slice(1)}\n`);
  const at = source.indexOf(before.join(''));
  if (at < 0) throw new Error(`No such lines:\n${before.join('')}`);
  const after = lines.filter((line) => line.startsWith('+')).map((line) => `${line.slice(1)}\n`);
  const end = at + before.join('').length;
  return source.slice(0, end) + after.join('') + source.slice(end);
}
