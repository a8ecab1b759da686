import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jestGlobals } from './jest-globals.ts';
import { createDatabase } from './test-database.ts';

/** The storage of a service under test, as options of `openStorage` and as settings. */
export interface Place {
  dataDir: string;
  databaseUrl?: string;
}

/** A kind of storage to test on. */
export interface StorageForTests {
  kind: 'sqlite' | 'postgres' | 'mariadb';
  /** Creates an empty storage, which is removed after the last test of the suite. */
  fresh(): Promise<Place>;
}

/**
 * Runs a suite on SQLite and on PostgreSQL; on the latter it is skipped, with the reason, if there is none. With
 * `TEST_MARIADB_URL` in the environment it runs on that server instead, with `TEST_PGBOUNCER_URL` on a PostgreSQL behind
 * that pooler.
 */
export function describeStorages(subject: string, suite: (storage: StorageForTests) => void): void {
  const { describe } = jestGlobals();
  const { TEST_MARIADB_URL: mariadb, TEST_PGBOUNCER_URL: pgbouncer } = process.env;
  if (mariadb) {
    describe(`${subject} on MariaDB`, () => {
      suite({ kind: 'mariadb', fresh: freshPlaces(mariadb) });
    });
    return;
  }
  if (pgbouncer) {
    describe(`${subject} on PostgreSQL behind PgBouncer`, () => {
      suite({ kind: 'postgres', fresh: freshPlaces(pgbouncer) });
    });
    return;
  }
  describe(`${subject} on SQLite`, () => {
    suite({ kind: 'sqlite', fresh: freshPlaces() });
  });

  const { TEST_DATABASE_URL: url, TEST_DATABASE_SKIP: skip } = process.env;
  if (!url && !skip) throw new Error('jest has not run libs/testing/src/global-setup.ts');
  const on = url ? describe : describe.skip;
  on(`${subject} on PostgreSQL${skip ? ` (${skip})` : ''}`, () => {
    suite({ kind: 'postgres', fresh: freshPlaces(url) });
  });
}

function freshPlaces(serverUrl?: string): () => Promise<Place> {
  const removals: Array<() => unknown> = [];
  jestGlobals().afterAll(async () => {
    for (const remove of removals.reverse()) await remove();
  });

  return async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'atrium-data-'));
    removals.push(() => rmSync(dataDir, { recursive: true, force: true }));
    if (!serverUrl) return { dataDir };
    const { url, drop } = await createDatabase(serverUrl);
    removals.push(drop);
    return { dataDir, databaseUrl: url };
  };
}
