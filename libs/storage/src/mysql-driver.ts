import { type CompiledQuery, type DatabaseConnection, type Driver, MysqlDriver, type QueryResult } from 'kysely';
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { upsertedRows } from './mysql-compiler.ts';
import { checkedParameter } from './parameters.ts';

/** The first number of `Rows matched: 1  Changed: 0  Warnings: 0`. */
const MATCHED = /^Rows matched: (\d+)/;

/**
 * Kysely's driver over mysql2's promises. It counts as SQLite and PostgreSQL do: an update counts the rows that it
 * matched, `do nothing` the rows that it inserted.
 */
export class PortableMysqlDriver extends MysqlDriver implements Driver {
  private readonly connections = new WeakMap<PoolConnection, MysqlConnection>();

  /**
   * @param prepare sets up a new connection
   * @param ignored numbers of errors that count as success
   */
  constructor(
    private readonly pool: Pool,
    private readonly prepare: (connection: PoolConnection) => Promise<unknown>,
    private readonly ignored: ReadonlySet<number> = new Set(),
  ) {
    super({ pool: undefined as never });
  }

  override async init(): Promise<void> {}

  override async acquireConnection(): Promise<DatabaseConnection> {
    const raw = await this.pool.getConnection();
    const known = this.connections.get(raw);
    if (known) return known;
    try {
      await this.prepare(raw);
    } catch (error) {
      raw.destroy();
      throw error;
    }
    const made = new MysqlConnection(raw, this.ignored);
    this.connections.set(raw, made);
    return made;
  }

  override async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as MysqlConnection).raw.release();
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection);
    } catch (error) {
      // Nobody knows what state it is in: no other query may get it.
      (connection as MysqlConnection).raw.destroy();
      throw error;
    }
  }

  override async destroy(): Promise<void> {
    await this.pool.end();
  }
}

class MysqlConnection implements DatabaseConnection {
  constructor(
    readonly raw: PoolConnection,
    private readonly ignored: ReadonlySet<number>,
  ) {}

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.run(query);
    if (Array.isArray(result)) return { rows: result as Row[] };
    const [, matched = result.affectedRows] = MATCHED.exec(result.info) ?? [];
    return {
      rows: [],
      numAffectedRows: upsertedRows(query.query) ?? BigInt(matched),
      insertId: BigInt(result.insertId),
    };
  }

  streamQuery(): never {
    throw new TypeError('read in pages: one query at a time can use a connection');
  }

  private async run({ sql, parameters }: CompiledQuery): Promise<ResultSetHeader | RowDataPacket[]> {
    try {
      const values = parameters.map(checkedParameter);
      const [result] = await this.raw.query<ResultSetHeader | RowDataPacket[]>(sql, values);
      return result;
    } catch (error) {
      if (this.ignored.has((error as { errno?: number }).errno ?? 0)) return [];
      // Its stack begins in the parser of packets: that of the query says more.
      throw Object.assign(error as Error, { stack: new Error((error as Error).message).stack });
    }
  }
}
