import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const SOURCES = ['src', ...readdirSync('libs').map((lib) => `libs/${lib}/src`)];
const IS_CODE = /(?<!\.(spec|fixture|d))\.tsx?$/;

/** The folders that the files of each folder import from. */
type Graph = Map<string, Set<string>>;

/** The imports between the folders of `files`. @param files the text of each file, by its path from the root */
function graphOf(files: ReadonlyMap<string, string>): Graph {
  const graph: Graph = new Map();
  for (const [file, text] of files) {
    const from = dirname(file);
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const to = dirname(targetOf(fileName, file));
      if (to !== from && /^(src|libs\/[^/]+\/src)(\/|$)/.test(to)) targets.add(to);
    }
  }
  return graph;
}

function targetOf(imported: string, file: string): string {
  if (imported.startsWith('#gateway/')) return imported.replace('#gateway/', 'src/');
  // From its own index a folder of a lib takes types alone: architecture.cjs finds a cycle of values.
  if (imported.startsWith('#libs/') && !file.startsWith(`${imported.slice(1)}/`))
    return `${imported.slice(1)}/src/index`;
  if (imported.startsWith('.')) return relative('.', resolve(dirname(file), imported));
  return 'elsewhere/it';
}

/** One cycle for each folder that imports lead back to, shortest first. */
function cyclesIn(graph: Graph): string[] {
  const cycles = [...graph.keys()].flatMap((start) => {
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (const folder of queue) {
      for (const next of graph.get(folder) ?? []) {
        if (next === start) return [[start, ...wayTo(folder, cameFrom), start]];
        if (!cameFrom.has(next)) {
          cameFrom.set(next, folder);
          queue.push(next);
        }
      }
    }
    return [];
  });
  return cycles.toSorted((one, other) => one.length - other.length).map((cycle) => cycle.join(' → '));
}

function wayTo(folder: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const before = cameFrom.get(folder);
  return before === undefined ? [] : [...wayTo(before, cameFrom), folder];
}

const filesOf = (source: string): [file: string, text: string][] =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => IS_CODE.test(file))
    .map((file) => [join(source, file), readFileSync(join(source, file), 'utf8')]);

describe('the folders of the gateway and of the libs', () => {
  it('import each other in one direction alone', () => {
    const files = new Map(SOURCES.flatMap(filesOf));
    expect(files.size).toBeGreaterThan(300);
    expect([...files.keys()]).toContain('src/features/home/home.page.tsx');
    expect(cyclesIn(graphOf(files))).toEqual([]);
  });

  it('are found where they import each other, by way of others too', () => {
    const files = new Map([
      ['src/a/one.ts', "import type { Two } from '#gateway/b/two';"],
      ['src/b/two.ts', "import { three } from './c/three.ts';"],
      ['src/b/c/three.ts', "const one = await import('#gateway/a/one');"],
      ['src/d/four.tsx', "export * from '#gateway/a/one';"],
    ]);
    expect(cyclesIn(graphOf(files))).toEqual([
      'src/a → src/b → src/b/c → src/a',
      'src/b → src/b/c → src/a → src/b',
      'src/b/c → src/a → src/b → src/b/c',
    ]);
  });

  it('are found where libs import each other, and markup imports code', () => {
    const files = new Map([
      ['libs/a/src/index.ts', "import { two } from '#libs/b';"],
      ['libs/b/src/deep/one.ts', "import { one } from '#libs/a'; import type { Two } from '#libs/b';"],
      ['libs/b/src/index.ts', "export { two } from './deep/two.tsx';"],
      ['libs/b/src/deep/two.tsx', ''],
    ]);
    expect(cyclesIn(graphOf(files))).toContain('libs/a/src → libs/b/src → libs/b/src/deep → libs/a/src');
  });
});
