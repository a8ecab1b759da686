import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { afterAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'atrium-jobs-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const load = (JOBS_FILE: string, more = {}) => loadConfig({ JOBS_FILE, ...more });

describe('JOBS_FILE', () => {
  it('is a file that is there, or that can be made, with its folders', () => {
    const file = join(folder, 'jobs.sqlite');
    writeFileSync(file, '');
    for (const path of [file, join(folder, 'new', 'folder', 'jobs.sqlite'), ':memory:'])
      expect(load(path).JOBS_FILE).toBe(path);
  });

  it('is refused where nothing can be written, unless Redis keeps the jobs', () => {
    writeFileSync(join(folder, 'text'), '');
    for (const path of [folder, join(folder, 'text', 'jobs.sqlite')]) {
      expect(() => load(path)).toThrow(/JOBS_FILE.*must be a file that can be written/);
      expect(load(path, { REDIS_URL: 'redis://127.0.0.1:1' }).JOBS_FILE).toBe(path);
    }
  });
});
