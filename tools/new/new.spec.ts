import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob, relative } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { releaseFiles } from './files.ts';
import { make } from './make.ts';
import { type Lock, lockOf, type Package } from './packages.ts';
import { readJson, RELEASE_FILE, type Release, update } from './release.ts';

const all = mkdtempSync(join(tmpdir(), 'atrium-new-'));
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(all, 'case-'))));
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => rmSync(all, { recursive: true }));

describe('a new gateway', () => {
  it.each(['My-Bff', 'my bff', '.hidden', 'ä'])('is not created with the name %s', (name) => {
    expect(() => make('.', join(folder, name))).toThrow(`${name} is not a package name`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not created in a folder that is not empty, nor without a parent folder', () => {
    mkdirSync(join(folder, 'my-bff'));
    writeFileSync(join(folder, 'my-bff/notes'), '');
    expect(() => make('.', join(folder, 'my-bff'))).toThrow('exists and is not empty');
    expect(readdirSync(join(folder, 'my-bff'))).toEqual(['notes']);
    expect(() => make('.', join(folder, 'no/my-bff'))).toThrow('does not exist');
  });

  it('has container files and a list of settings under its own name', () => {
    const target = join(folder, 'my.bff');
    make('.', target);
    const of = (file: string) => readFileSync(join(target, file), 'utf8');
    expect(of('docker-compose.yml')).toMatch(/^name: my-bff$[^]*^ {4}image: my-bff\/gateway$/m);
    expect(of('docker-compose.yml')).not.toContain('postgres');
    expect(of('Dockerfile')).toMatch(/^LABEL org\.opencontainers\.image\.title="My bff"/m);
    expect(of('Dockerfile')).not.toMatch(/atrium/i);
    expect(of('.env.example')).toMatch(/^# BOOKS_URL=http:\/\/127\.0\.0\.1:3001$/m);
    expect(of('.dockerignore')).toBe(readFileSync('.dockerignore', 'utf8'));
  });

  it('contains no name of the shop outside the files of the release', () => {
    make('.', join(folder, 'my-bff'));
    const { files } = readJson<Release>(join(folder, 'my-bff', RELEASE_FILE));
    const own = readdirSync(join(folder, 'my-bff'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (file) => !files[file.slice(join(folder, 'my-bff').length + 1)] && !/package-lock|\.atrium/.test(file),
      );
    expect(own.length).toBeGreaterThan(20);
    for (const file of own) {
      const text = readFileSync(file, 'utf8');
      expect([file, /\b(orders|products?|reviews?|users|\{\{)\b/i.exec(text)?.[0]]).toEqual([file, undefined]);
    }
  });
});

describe('docs/guides/start-your-own.md', () => {
  const page = readFileSync('docs/guides/start-your-own.md', 'utf8');
  const [yours, ofRelease] = ['yours', 'of the release'].map((name) => {
    const [, cell] = new RegExp(`^\\| ${name} \\| (.*) \\|$`, 'm').exec(page)!;
    return [...cell!.matchAll(/`([^`]+)`/g)].map(([, glob]) => glob!);
  });
  const isIn = (globs: string[], file: string) => globs.some((glob) => matchesGlob(file, glob));

  it('says which files are yours: all that an update never touches', () => {
    make('.', join(folder, 'my-bff'));
    const { files } = readJson<Release>(join(folder, 'my-bff', RELEASE_FILE));
    const own = globSync('{**,.*}', { cwd: join(folder, 'my-bff'), withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(folder, 'my-bff'), join(entry.parentPath, entry.name)))
      .filter((file) => !files[file] && ![RELEASE_FILE, 'LICENSE-ATRIUM'].includes(file));
    expect(own.length).toBeGreaterThan(30);
    expect(own.filter((file) => !isIn(yours!, file))).toEqual([]);
  });

  it('says which are of the release', () => {
    // What configures a program is in the top folder, and is said in words.
    const files = releaseFiles('.', false).filter((file) => file.includes('/'));
    expect(files.filter((file) => !isIn(ofRelease!, file))).toEqual([]);
  });
});

describe('a later release', () => {
  it('replaces files of the release, adds new ones, removes deleted ones, and keeps all others', () => {
    const target = join(folder, 'my-bff');
    make('.', target);
    pretend(target, { 'src/gone.ts': 'gone' }, ['src/main.ts']);
    writeFileSync(join(target, 'src/features/settings/features.settings.ts'), '// ours\n');
    const own = readJson<Package>(join(target, 'package.json'));
    own.dependencies['zod'] = '4.0.0';
    own.dependencies['left-pad'] = '1.3.0';
    writeFileSync(join(target, 'package.json'), JSON.stringify(own));
    const ours = readJson<Package>('package.json').dependencies['zod']!;
    expect(update('.', target).packages).toEqual([`zod ${ours}`]);
    expect(existsSync(join(target, 'src/gone.ts'))).toBe(false);
    expect(readFileSync(join(target, 'src/main.ts'), 'utf8')).toBe(readFileSync('src/main.ts', 'utf8'));
    expect(readFileSync(join(target, 'src/features/settings/features.settings.ts'), 'utf8')).toBe('// ours\n');
    expect(readJson<Package>(join(target, 'package.json')).dependencies).toMatchObject({
      zod: ours,
      'left-pad': '1.3.0',
    });
  });

  it('adds its new packages and scripts, and replaces scripts that were not edited', () => {
    const target = join(folder, 'my-bff');
    make('.', target);
    const [file, kept] = [join(target, 'package.json'), join(target, RELEASE_FILE)];
    const [own, release] = [readJson<Package>(file), readJson<Required<Release>>(kept)];
    const [script, build] = [own.scripts['doctor']!, own.scripts['build']!];
    // The earlier release had neither zod nor the doctor, and another build; the team has its own tests and wants no swagger.
    for (const known of [own, release.package]) {
      delete known.dependencies['zod'];
      delete known.scripts['doctor'];
      known.scripts['build'] = 'as before';
    }
    own.scripts['test'] = 'our tests';
    delete own.dependencies['@nestjs/swagger'];
    writeFileSync(file, JSON.stringify(own));
    writeFileSync(kept, JSON.stringify(release));
    const { zod } = readJson<Package>('package.json').dependencies;
    expect(update('.', target).packages).toEqual(['npm run build', 'npm run doctor', `zod ${zod}`]);
    const { scripts, dependencies } = readJson<Package>(file);
    expect(scripts).toMatchObject({ doctor: script, build, test: 'our tests' });
    expect(dependencies).toMatchObject({ zod });
    expect(dependencies).not.toHaveProperty('@nestjs/swagger');
    expect(update('.', target).packages).toEqual([]);
  });

  it('adds what is missing to a gateway of a release that kept no packages', () => {
    const target = join(folder, 'my-bff');
    make('.', target);
    const [file, kept] = [join(target, 'package.json'), join(target, RELEASE_FILE)];
    const [own, release] = [readJson<Package>(file), readJson<Release>(kept)];
    delete own.dependencies['zod'];
    delete release.package;
    own.scripts['build'] = 'our build';
    writeFileSync(file, JSON.stringify(own));
    writeFileSync(kept, JSON.stringify(release));
    expect(update('.', target).packages).toEqual([expect.stringMatching(/^zod /)]);
    expect(readJson<Package>(file).scripts['build']).toBe('our build');
  });

  it('changes nothing if files of the release were edited, and names them', () => {
    const target = join(folder, 'my-bff');
    make('.', target);
    writeFileSync(join(target, 'src/gateway.ts'), '// edited\n');
    pretend(target, {}, ['src/main.ts']);
    writeFileSync(join(target, 'src/main.ts'), '// there already\n');
    expect(() => update('.', target)).toThrow(
      'Nothing was changed. Move these files first:\n' +
        '  src/gateway.ts: was edited\n  src/main.ts: is new in this release, but exists',
    );
    expect(readFileSync(join(target, 'src/gateway.ts'), 'utf8')).toBe('// edited\n');
  });

  it('cannot update a folder without a release', () => {
    expect(() => update('.', folder)).toThrow('was not created by npm run new');
  });

  /** Makes it one of a release that had other files, and lacked some. */
  function pretend(target: string, had: Record<string, string>, lacked: string[]): void {
    const release = readJson<Release>(join(target, RELEASE_FILE));
    for (const file of lacked) {
      delete release.files[file];
      rmSync(join(target, file));
    }
    for (const [file, text] of Object.entries(had)) {
      writeFileSync(join(target, file), text);
      release.files[file] = createHash('sha256').update(text).digest('base64url');
    }
    writeFileSync(join(target, RELEASE_FILE), JSON.stringify(release));
  }
});

describe('the lock file of a new gateway', () => {
  it('has exactly the packages that Node finds from its dependencies', () => {
    const lock: Lock = {
      name: 'atrium',
      version: '1',
      packages: {
        '': {},
        'node_modules/a': { dependencies: { b: '1', c: '1' } },
        'node_modules/a/node_modules/b': { peerDependencies: { d: '1' } },
        'node_modules/b': {},
        'node_modules/c': {},
        'node_modules/d': {},
        'node_modules/e': { dependencies: { b: '2' } },
      },
    };
    const own = { name: 'my-bff', version: '0.1.0', dependencies: { a: '1' }, optionalDependencies: {} };
    const made = lockOf(lock, { ...own, devDependencies: {} } as unknown as Package);
    expect(Object.keys(made.packages)).toEqual([
      '',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ]);
    expect([made.name, made.packages['']]).toEqual(['my-bff', expect.objectContaining(own)]);
  });
});
