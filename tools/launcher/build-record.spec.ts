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

describe('a build that was noted', () => {
  beforeEach(() => noteBuilt(digest(), dist));

  it('is there, though its sources were written again as they were', () => {
    write('src/a.ts', 'a');
    utimesSync(join(src, 'a.ts'), new Date(), new Date());
    expect(isBuiltOf(digest(), dist)).toBe(true);
  });

  it.each<[string, () => void]>([
    ['a source was changed', () => write('src/below/b.ts', 'c')],
    [
      'a source was changed as long ago as before',
      () => {
        write('src/below/b.ts', 'c');
        utimesSync(join(src, 'below/b.ts'), 0, 0);
      },
    ],
    ['a source was added', () => write('src/c.ts', '')],
    ['a source was removed', () => rmSync(join(src, 'a.ts'))],
    [
      'a source has another name',
      () => {
        rmSync(join(src, 'a.ts'));
        write('src/a2.ts', 'a');
      },
    ],
    ['a package has another version', () => write('lock.json', '2')],
    ['what was built is not all there', () => rmSync(join(dist, 'below/b.js'))],
    ['what was built is cut off', () => truncateSync(join(dist, 'below/b.js'))],
    ['nothing is there', () => rmSync(dist, { recursive: true })],
    ['its record is cut off', () => truncateSync(join(dist, '.build.json'), 20)],
    ['it has no record', () => rmSync(join(dist, '.build.json'))],
  ])('is made again where %s', (_, change) => {
    change();
    expect(isBuiltOf(digest(), dist)).toBe(false);
  });
});

describe('what a build depends on', () => {
  it('tells where one file ends and the next begins', () => {
    const before = digest();
    write('src/a.ts', 'ab');
    write('src/below/b.ts', '');
    expect(digest()).not.toBe(before);
  });

  it('must be there', () => {
    expect(() => digestOf([join(root, 'nothing')])).toThrow('ENOENT');
  });
});
