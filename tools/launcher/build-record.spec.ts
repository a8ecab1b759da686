import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf, isBuiltOf, noteBuilt } from './build-record.ts';

let root: string;
let src: string;
let dist: string;
const write = (file: string, text: string) => writeFileSync(join(root, file), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atrium-build-'));
  [src, dist] = [join(root, 'src'), join(root, 'dist')];
  for (const folder of [src, join(src, 'below'), dist, join(dist, 'below')]) mkdirSync(folder);
  write('src/a.ts', 'a');
  write('src/below/b.ts', 'b');
  write('lock.json', '1');
  write('dist/a.js', 'a');
  write('dist/below/b.js', 'b');
});
afterEach(() => rmSync(root, { recursive: true }));

const digest = () => digestOf([src, join(root, 'lock.json')]);

describe('a recorded build', () => {
  beforeEach(() => noteBuilt(digest(), dist));

  it('is valid if its sources were rewritten without changes', () => {
    write('src/a.ts', 'a');
    utimesSync(join(src, 'a.ts'), new Date(), new Date());
    expect(isBuiltOf(digest(), dist)).toBe(true);
  });

  it.each(['a.spec.ts', 'below/a.fixture.ts', '.a.ts.swp', '.DS_Store', 'a.ts~'])(
    'is valid if %s is new, which is no source',
    (file) => {
      write(`src/${file}`, 'new');
      expect(isBuiltOf(digest(), dist)).toBe(true);
    },
  );

  it.each<[string, () => void]>([
    ['a source was changed', () => write('src/below/b.ts', 'c')],
    [
      'a source was changed with the same modification time',
      () => {
        write('src/below/b.ts', 'c');
        utimesSync(join(src, 'below/b.ts'), 0, 0);
      },
    ],
    ['a source was added', () => write('src/c.ts', '')],
    ['a source was removed', () => rmSync(join(src, 'a.ts'))],
    [
      'a source was renamed',
      () => {
        rmSync(join(src, 'a.ts'));
        write('src/a2.ts', 'a');
      },
    ],
    ['a package has another version', () => write('lock.json', '2')],
    ['an output file is missing', () => rmSync(join(dist, 'below/b.js'))],
    ['an output file is truncated', () => truncateSync(join(dist, 'below/b.js'))],
    ['there is no output', () => rmSync(dist, { recursive: true })],
    ['its record is truncated', () => truncateSync(join(dist, '.build.json'), 20)],
    ['it has no record', () => rmSync(join(dist, '.build.json'))],
  ])('is repeated if %s', (_, change) => {
    change();
    expect(isBuiltOf(digest(), dist)).toBe(false);
  });
});

describe("the hash of a build's inputs", () => {
  it('depends on the boundaries between files', () => {
    const before = digest();
    write('src/a.ts', 'ab');
    write('src/below/b.ts', '');
    expect(digest()).not.toBe(before);
  });

  it('requires all files', () => {
    expect(() => digestOf([join(root, 'nothing')])).toThrow('ENOENT');
  });
});
