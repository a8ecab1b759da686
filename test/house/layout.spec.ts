import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';

interface Rule {
  name: string;
  from: { path?: string | string[] };
  to: { pathNot?: string | string[] };
}

const page = readFileSync('docs/architecture.md', 'utf8');
const { forbidden } = createRequire(import.meta.url)('../../architecture.cjs') as { forbidden: Rule[] };
const sectionOf = (heading: string) => page.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
const foldersIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));

describe('docs/architecture.md', () => {
  it('has the import ladder of architecture.cjs', () => {
    const documented = [...sectionOf('The import ladder').matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(
      ([, folder, from]) => [folder!, [...from!.matchAll(/`(\w+)`/g)].map(([, name]) => name!).sort()] as const,
    );
    const floors = forbidden.flatMap(({ name, to }) => {
      const [, folder] = /^(\w+)-knows-what-is-below$/.exec(name) ?? [];
      if (!folder) return [];
      const [, allowed = ''] = /\^src\/\(?([\w|]+)\)?\//.exec([to.pathNot].flat()[0] ?? '') ?? [];
      return [
        [
          folder,
          allowed
            .split('|')
            .filter((one) => one !== folder)
            .sort(),
        ] as const,
      ];
    });
    expect(floors.length).toBeGreaterThan(6);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(floors));
  });

  it('has the floors of the libs, each on one', () => {
    const documented = [...sectionOf('The import ladder').matchAll(/^\| (\d) \| (.+) \|$/gm)].map(([, , libs]) =>
      [...libs!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!),
    );
    const floors = forbidden
      .filter(({ name }) => name.startsWith('libs-of-floor-'))
      .map(({ from }) => /^\^libs\/\((.+)\)\/$/.exec(String(from.path))![1]!.split('|'));
    expect(documented).toEqual(floors);
    expect(floors.flat().sort()).toEqual(foldersIn('libs').sort());
  });

  it.each(['src', 'src/transports', 'src/features', 'src/upstreams', 'apps', 'libs'])(
    'has every folder of %s in its tree',
    (folder) => {
      const tree = sectionOf('The tree');
      const missing = foldersIn(folder).filter((name) => !new RegExp(`(^|[\\s,])${name}\\b`, 'm').test(tree));
      expect(missing).toEqual([]);
    },
  );
});

describe('the diagram of the README', () => {
  it('has every service', () => {
    const [diagram = ''] = /^```mermaid\n[^]*?^```$/m.exec(readFileSync('README.md', 'utf8')) ?? [];
    const drawn = [...diagram.matchAll(/--> (\w+)\[/g)].map(([, name]) => name!);
    expect(drawn.filter((name) => name !== 'gateway').sort()).toEqual(foldersIn('apps').sort());
  });
});
