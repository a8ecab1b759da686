import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Rule {
  name: string;
  from: { path?: string | string[] };
  to: { pathNot?: string | string[] };
}

const page = readFileSync('docs/architecture.md', 'utf8');
const { forbidden } = createRequire(import.meta.url)('../../architecture.cjs') as { forbidden: Rule[] };
const sectionOf = (heading: string) => page.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
/** The tree of the page: the text behind each path. A line that begins below the texts continues the one above it. */
function treeOf(): Map<string, string> {
  const [, block] = /```text\n([^]*?)```/.exec(sectionOf('The tree'))!;
  const tree = new Map<string, string>();
  const parents: string[] = [];
  let last = '';
  for (const line of block!.split('\n')) {
    const [, indent = '', name, text] = /^( {0,6})(\S+)(?:\s+(.*))?$/.exec(line) ?? [];
    if (name === undefined) {
      tree.set(last, `${tree.get(last)} ${line.trim()}`);
      continue;
    }
    const depth = indent.length / 2;
    parents.splice(depth, Infinity, name.replace(/\/$/, ''));
    tree.set((last = parents.join('/')), text ?? '');
  }
  return tree;
}
const tree = treeOf();
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

  it.each(['src', 'src/transports', 'libs'])('has every folder of %s on a line of its tree', (folder) => {
    const documented = [...tree.keys()].filter((path) => dirname(path) === folder && !path.includes('.'));
    expect(documented.toSorted()).toEqual(foldersIn(folder).map((name) => `${folder}/${name}`));
  });

  it.each(['src/features', 'src/upstreams', 'apps', 'test'])('names every folder of %s behind it', (folder) => {
    const names = tree.get(folder)!.split(/[\s,:;()]+/);
    expect(foldersIn(folder).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has every file beside them, and nothing that does not exist', () => {
    const files = readdirSync('src').filter((name) => /(?<!\.spec)\.ts$/.test(name));
    expect(files.filter((file) => !tree.has(`src/${file}`))).toEqual([]);
    expect([...tree.keys()].filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('the diagram of the README', () => {
  it('has every service', () => {
    const [diagram = ''] = /^```mermaid\n[^]*?^```$/m.exec(readFileSync('README.md', 'utf8')) ?? [];
    const drawn = [...diagram.matchAll(/--> (\w+)\[/g)].map(([, name]) => name!);
    expect(drawn.filter((name) => name !== 'gateway').sort()).toEqual(foldersIn('apps').sort());
  });
});
