import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { dockerfileFor, knowsStartInterval, withLabels } from './build-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-builders-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the Dockerfile', () => {
  const text = readFileSync('Dockerfile', 'utf8');

  it('stays as it is for builders that know the interval of health checks during the start', () => {
    expect(text.match(/--start-interval=1s/g)!.length).toBeGreaterThan(2);
    expect(dockerfileFor(text, true)).toBe(text);
  });

  it('has no such interval for older ones, and all else of the health checks', () => {
    const older = dockerfileFor(text, false);
    expect(older).not.toContain('start-interval');
    expect(older.split('\n')).toEqual(text.split('\n').map((line) => line.replace(' --start-interval=1s', '')));
    expect(older).toMatch(/^HEALTHCHECK --interval=5s --timeout=3s --start-period=30s \\$/m);
  });

  it('has the values of its build arguments in its labels, quoted, and no other change', () => {
    const args = {
      VERSION: '1.2.3',
      REVISION: 'abc',
      CREATED: '2026-01-01T00:00:00Z',
      SOURCE: 'https://git.example/$x"',
    };
    const labelled = withLabels(text, { ...args, BASE_IMAGE: 'base:1' });
    expect(labelled).not.toMatch(/LABEL[^#]*\$\{/);
    expect(labelled).toContain('image.revision="abc"');
    expect(labelled).toContain('image.source="https://git.example/\\$x\\""');
    expect(labelled.replace(/="(\\.|[^"\\])*"/g, '')).toBe(text.replace(/="[^"]*"/g, ''));
    expect(withLabels(text, {})).toBe(text);
  });
});

describe('a builder', () => {
  const { PATH } = process.env;

  /** Whether it is taken for one that knows the interval. @param script what stands for buildah, which is seldom on a machine */
  function known(script: string): boolean {
    writeFileSync(join(folder, 'buildah'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'buildah'), 0o755);
    process.env['PATH'] = `${folder}${delimiter}${PATH}`;
    try {
      return knowsStartInterval(folder);
    } finally {
      process.env['PATH'] = PATH;
    }
  }

  it('that refuses the interval does not know it', () => {
    expect(known('! grep -q start-interval "$6"')).toBe(false);
  });

  it('that builds with it knows it, and the image of the trial is removed', () => {
    const log = join(folder, 'log');
    const trial = `echo "$@" >> ${log}; [ $1 != build ] || { grep -q start-interval "$6" && echo image-of-the-trial; }`;
    expect(known(trial)).toBe(true);
    expect(readFileSync(log, 'utf8')).toMatch(/^build .*\nrmi image-of-the-trial\n$/);
  });
});
