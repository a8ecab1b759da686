import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JobQueueSqlite } from '#libs/jobs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aKind } from './queues.fixture.ts';

let folder: string;
let queue: JobQueueSqlite | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-jobs-file-'));
});
afterEach(async () => {
  await queue?.close(0);
  rmSync(folder, { recursive: true });
});

const at = (...path: string[]): JobQueueSqlite => {
  const options = { leaseMs: 1_000, keepMs: 1_000, onError: () => {} };
  return (queue = new JobQueueSqlite([aKind()], { path: join(folder, ...path), ...options }));
};
const add = () => queue!.add('spec.work', 'input', { owner: 'ada' });

describe('the file of a queue', () => {
  it('is made for the first job, for its owner alone', async () => {
    at('deep', 'jobs.sqlite');
    expect([await queue!.find('any'), await queue!.list({ limit: 1 })]).toEqual([undefined, []]);
    expect(await queue!.counts()).toMatchObject([{ waiting: 0 }]);
    expect(() => statSync(join(folder, 'deep'))).toThrow('ENOENT');
    await add();
    for (const name of ['jobs.sqlite', 'jobs.sqlite-wal'])
      expect(statSync(join(folder, 'deep', name)).mode & 0o777).toBe(0o600);
  });

  it('that cannot be opened, is no database or is full refuses jobs, and nothing more', async () => {
    writeFileSync(join(folder, 'text'), 'x'.repeat(5_000));
    at('text', 'jobs.sqlite');
    await expect(add()).rejects.toMatchObject({ code: 'OVERLOADED', source: 'jobs-unavailable' });
    at('text');
    await expect(queue!.find('any')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(add()).rejects.not.toMatchObject({ detail: expect.stringContaining('database') });
  });

  it('of a newer release is left alone', async () => {
    const database = new DatabaseSync(join(folder, 'jobs.sqlite'));
    database.exec('pragma user_version = 99');
    database.close();
    at('jobs.sqlite');
    const refused = await add().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'OVERLOADED' });
    expect((refused as { cause: Error }).cause.message).toContain('a newer release');
  });

  it('waits for another process that writes', async () => {
    at('jobs.sqlite');
    await add();
    const other = new DatabaseSync(join(folder, 'jobs.sqlite'));
    other.exec('begin immediate');
    const added = add();
    let isAdded = false;
    void added.then(() => (isAdded = true));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(isAdded).toBe(false);
    other.exec('rollback');
    other.close();
    expect((await added).isNew).toBe(true);
  });
});
