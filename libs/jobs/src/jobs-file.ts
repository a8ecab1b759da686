import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { isConfined } from '#libs/confinement';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as passed } from 'node:timers/promises';

/**
 * How long SQLite itself waits for another process that writes, in milliseconds. It stops the event loop, so the rest of the
 * waiting is done by trying again.
 */
const BUSY_TIMEOUT_MS = 10;

/** How long a write is tried in all, in milliseconds. */
const GIVE_UP_MS = 5_000;

/** SQLite's result code for a file that another connection is writing to; the bits above it tell of which kind. */
const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;

const VERSION = 1;
const SCHEMA = `
  create table jobs (
    seq integer primary key autoincrement,
    id text not null unique,
    kind text not null,
    owner text not null,
    state text not null,
    priority integer not null,
    input text not null,
    origin text not null,
    max_attempts integer not null,
    attempt integer not null default 0,
    delay_ms integer not null,
    run_at integer not null,
    created_at integer not null,
    started_at integer,
    ended_at integer,
    done real,
    total real,
    cancelling integer not null default 0,
    result text,
    failure text,
    worker text,
    token text,
    lease_until integer
  ) strict;
  create index jobs_next on jobs (kind, state, priority, run_at, seq);
  create index jobs_waiting on jobs (run_at) where state = 'WAITING';
  create index jobs_running on jobs (lease_until) where state = 'RUNNING';
  create index jobs_ended on jobs (ended_at) where ended_at is not null;
  create table starts (kind text primary key, since integer not null, started integer not null) strict;
  pragma user_version = ${VERSION};
`;

/** The parameters of a statement by name. */
export type Parameters = Record<string, SQLInputValue>;

/** The SQLite file of a queue. Committed jobs survive a crash of the process (WAL). */
export class JobsFile {
  private readonly statements = new Map<string, StatementSync>();
  private isClosed = false;

  private constructor(private readonly database: DatabaseSync) {}

  /** Whether there is a file of an earlier process. */
  static exists = (path: string): boolean => existsSync(path);

  /** Opens the file, and makes it if it is not there. @param path `:memory:` for one that is lost at the end */
  static async open(path: string): Promise<JobsFile> {
    if (path !== ':memory:') {
      // A confined process may write the file, and not its folder, which was made before.
      if (!isConfined()) mkdirSync(dirname(path), { recursive: true });
      // It has personal data: what is made beside it gets its mode.
      closeSync(openSync(path, 'a', 0o600));
    }
    const file = new JobsFile(new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS }));
    try {
      await file.retried(() => file.database.exec('pragma journal_mode = wal; pragma synchronous = normal'));
      await file.transaction(() => {
        const { user_version: version } = file.all<{ user_version: number }>('pragma user_version')[0]!;
        if (version > VERSION) throw new Error(`${path} was written by a newer release.`);
        if (version === 0) file.database.exec(SCHEMA);
        file.database.exec('create index if not exists jobs_of_owner on jobs (owner, seq)');
      });
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The rows of a query, or of a statement with `returning`. */
  all<Row>(sql: string, parameters: Parameters = {}): Row[] {
    return this.prepared(sql).all(parameters) as Row[];
  }

  /** The rows of a single statement that writes; waits for other writers. */
  write<Row>(sql: string, parameters: Parameters = {}): Promise<Row[]> {
    return this.retried(() => this.all<Row>(sql, parameters));
  }

  /** Runs statements in one transaction, from the beginning again if another process writes. */
  transaction<T>(body: () => T): Promise<T> {
    return this.retried(() => {
      this.database.exec('begin immediate');
      try {
        const result = body();
        this.database.exec('commit');
        return result;
      } catch (error) {
        if (this.database.isTransaction) this.database.exec('rollback');
        throw error;
      }
    });
  }

  close(): void {
    this.isClosed = true;
    this.statements.clear();
    this.database.close();
  }

  private async retried<T>(body: () => T): Promise<T> {
    const until = performance.now() + GIVE_UP_MS;
    for (;;) {
      if (this.isClosed) throw new Error('The queue of jobs is closed.');
      try {
        return body();
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw error;
      }
      await passed(1 + Math.random() * 20);
    }
  }

  private prepared(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    statement.setAllowUnknownNamedParameters(true);
    this.statements.set(sql, statement);
    return statement;
  }
}
