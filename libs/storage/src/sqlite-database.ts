import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { checkedParameter } from './parameters.ts';

/** The maximum number of cached prepared statements: preparing costs several times as much as running. */
const KEPT_STATEMENTS = 200;

/** `node:sqlite` with the interface that Kysely's SQLite dialect expects. */
export function kyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();

  return {
    prepare(sql) {
      // A deferred transaction that reads before it writes fails at once if another process wrote in between.
      if (sql === 'begin') return statement(database.prepare('begin immediate'));
      const found = kept.get(sql);
      if (found) return found;
      const prepared = statement(database.prepare(sql));
      if (kept.size >= KEPT_STATEMENTS) kept.delete(kept.keys().next().value!);
      kept.set(sql, prepared);
      return prepared;
    },
    close() {
      kept.clear();
      database.close();
    },
  };
}

function statement(prepared: StatementSync): SqliteStatement {
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...parameters.map(checkedParameter)),
    run: (parameters) => prepared.run(...parameters.map(checkedParameter)),
    iterate: (parameters) => prepared.iterate(...parameters.map(checkedParameter)),
  };
}
