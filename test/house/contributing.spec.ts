import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const { scripts, name, version } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  name: string;
  version: string;
};
/** What contributors and editors read, and no other spec does. */
const files = [
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('.changeset/*.{md,json}'),
  ...globSync('.github/**/*.{md,yml}'),
  ...globSync('.vscode/*.json'),
];

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

describe.each(files)('%s', (file) => {
  const text = read(file);

  it('names npm scripts that exist', () => {
    const named = [...text.matchAll(/\bnpm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)].map(([, script]) => script!);
    const inJson = [...text.matchAll(/"(?:script": |run", )"([^"]+)"/g)].map(([, script]) => script!);
    const known = ['ci', 'install', 'installs', ...Object.keys(scripts)];
    expect([...named, ...inJson].filter((script) => !known.includes(script))).toEqual([]);
  });

  it('names files and folders that exist', () => {
    const quoted = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]*)+|[\w-]+\.(?:md|json|yml|graphql))`/g)];
    const inJson = [...text.matchAll(/"(?:\$\{workspaceFolder\}|\.)\/((?!node_modules\/\.bin\/|\.env")[^"$]+)"/g)];
    const inCommands = [...text.matchAll(/(?:npm test|npm run \S+ --|bash) ((?:src|test|\.ci)\/[\w./-]+)/g)];
    const named = [...quoted, ...inJson, ...inCommands].map(([, path]) => path!);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  it('names where every kind of test is', () => {
    const folders = globSync('test/*/').map((folder) => folder.replace(/\/$/, ''));
    const tested = folders.filter((folder) => globSync(`${folder}/**/*.spec.ts`).length > 0);
    const text = read('CONTRIBUTING.md');
    expect(tested.filter((folder) => !text.includes(`\`${folder}/\``))).toEqual([]);
  });

  it('shows a test name and lines that exist', () => {
    const text = read('CONTRIBUTING.md');
    const [, spec, test] = /npm test (\S+) -- -t '(.+)'/.exec(text)!;
    expect(read(spec!)).toContain(test);
    const [, changed, diff] = /```diff (\S+)\n([^]*?)\n *```/.exec(text)!;
    // A reader who has followed the page has the added lines in place of the removed ones.
    const versions = ['+', '-'].map((dropped) =>
      diff!
        .split('\n')
        .filter((line) => !line.trim().startsWith(dropped))
        .map((line) => line.trim().replace(/^[+-]\s*/, ''))
        .join('\n'),
    );
    const source = read(changed!).replace(/\n */g, '\n');
    expect(versions.filter((version) => source.includes(version))).toHaveLength(1);
  });
});

describe('.github/CODEOWNERS', () => {
  it('has only patterns that match files, each with an owner', () => {
    const lines = read('.github/CODEOWNERS')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    for (const line of lines) {
      const [pattern, ...owners] = line.split(/\s+/);
      expect([pattern, pattern === '*' || existsSync(pattern!.slice(1))]).toEqual([pattern, true]);
      expect(owners.filter((owner) => !/^@[\w-]+\/[\w-]+$/.test(owner))).toEqual([]);
      expect(owners.length).toBeGreaterThan(0);
    }
  });
});

describe('the changelog', () => {
  it('has a section for the version of package.json, before those of older ones', () => {
    const [, newest] = /^## (\d+\.\d+\.\d+)$/m.exec(read('CHANGELOG.md'))!;
    expect(newest).toBe(version);
  });

  it('grows by changesets that name this package', () => {
    for (const file of globSync('.changeset/*.md').filter((path) => !path.endsWith('README.md')))
      expect([file, read(file).split('\n')[1]]).toEqual([
        file,
        expect.stringMatching(`^'${name}': (patch|minor|major)$`),
      ]);
    expect(read('.changeset/README.md')).toContain(`'${name}': minor`);
  });
});
