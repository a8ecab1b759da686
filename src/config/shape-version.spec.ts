import { appendFileSync, cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { shapeVersion } from './shape-version.ts';

const FOLDERS = ['src/upstreams', 'libs/upstream/src', 'libs/cache/src'];
const adapters = globSync('src/upstreams/*/*.{port,rest,grpc}.ts');
const others = globSync('src/upstreams/*/*.{fake,errors,spec}.ts');

describe('the version of cached answers', () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'atrium-shapes-'));
    for (const folder of FOLDERS) cpSync(folder, join(copy, folder), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  /** The version after a change of a file. */
  const after = (file: string) => {
    appendFileSync(join(copy, file), '\n// changed');
    return shapeVersion(copy);
  };

  it('is the same for the same code, wherever it is', () => {
    expect(shapeVersion(copy)).toBe(shapeVersion());
    expect(shapeVersion()).toMatch(/^[\w-]{12}$/);
  });

  it('changes with each port and adapter', () => {
    const versions = [shapeVersion(copy), ...adapters.map(after)];
    expect(adapters.length).toBeGreaterThan(1);
    expect(new Set(versions).size).toBe(versions.length);
  });

  it.each([
    ['the fields that adapters share', 'libs/upstream/src/answer-fields.ts'],
    ['what stands for an unreadable element', 'libs/upstream/src/listed.ts'],
    ['the bytes of an entry', 'libs/cache/src/codec.ts'],
    ['an entry', 'libs/cache/src/entry.ts'],
  ])('changes with %s', (_, file) => {
    expect(after(file)).not.toBe(shapeVersion());
  });

  it('stays with what makes no answer, so that releases share what they can', () => {
    expect(others.length).toBeGreaterThan(1);
    for (const file of others) expect([file, after(file)]).toEqual([file, shapeVersion()]);
  });

  it('is none without the code', () => {
    rmSync(join(copy, 'src/upstreams'), { recursive: true });
    expect(() => shapeVersion(copy)).toThrow('there is no');
  });
});
