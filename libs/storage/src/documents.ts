import { MysqlAdapter, PostgresAdapter, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { AnyDatabase } from './any-database.ts';

/** Members are part of SQL: of paths, and of names of columns. */
const MEMBER = /^[a-z][a-z0-9_]{0,30}$/;

/**
 * Indexes members of the JSON documents in a `text` column: for a migration. SQLite indexes an expression for each
 * member, MySQL and MariaDB an invisible column, PostgreSQL all members at once (GIN).
 * @param members names at the top of the document, whose values are text of at most 255 characters
 */
export async function indexDocuments(
  db: AnyDatabase,
  table: string,
  column: string,
  members: readonly string[],
): Promise<void> {
  const on = { table: sql.table(table), document: sql.ref(column) };
  if (isPostgres(db)) {
    const index = sql.id(`${table}_${column}`);
    await sql`create index ${index} on ${on.table} using gin ((${on.document}::jsonb) jsonb_path_ops)`.execute(db);
    return;
  }
  for (const member of members) {
    const index = sql.id(`${table}_${column}_${member}`);
    if (isMysql(db)) {
      const made = sql.ref(madeColumn(column, member));
      const value = sql`(json_value(${on.document}, ${path(member)}))`;
      await sql`alter table ${on.table} add column ${made} varchar(255) as ${value} virtual invisible`.execute(db);
      await sql`create index ${index} on ${on.table} (${made})`.execute(db);
    } else await sql`create index ${index} on ${on.table} (${extracted(column, member)})`.execute(db);
  }
}

/** Removes the indexes of `indexDocuments`. */
export async function dropDocumentIndexes(
  db: AnyDatabase,
  table: string,
  column: string,
  members: readonly string[],
): Promise<void> {
  if (isPostgres(db)) return db.schema.dropIndex(`${table}_${column}`).execute();
  for (const member of members) {
    if (isMysql(db)) await db.schema.alterTable(table).dropColumn(madeColumn(column, member)).execute();
    else await db.schema.dropIndex(`${table}_${column}_${member}`).execute();
  }
}

/** A condition, found by an index of `indexDocuments`: the document in the column has this text as its member. */
export function documentHas(db: AnyDatabase, column: string, member: string, text: string): RawBuilder<SqlBool> {
  if (isPostgres(db)) {
    const document = JSON.stringify({ [checked(member)]: text });
    return sql<SqlBool>`${sql.ref(column)}::jsonb @> ${document}::jsonb`;
  }
  if (isMysql(db)) return sql<SqlBool>`${sql.ref(madeColumn(column, member))} = ${text}`;
  return sql<SqlBool>`${extracted(column, member)} = ${text}`;
}

const adapterOf = (db: AnyDatabase) => db.getExecutor().adapter;
const isPostgres = (db: AnyDatabase) => adapterOf(db) instanceof PostgresAdapter;
const isMysql = (db: AnyDatabase) => adapterOf(db) instanceof MysqlAdapter;

function checked(member: string): string {
  if (!MEMBER.test(member)) throw new TypeError(`${member} is not a valid name of an indexed member`);
  return member;
}

/** A literal, not a parameter: an index is used for the expression that it was made of. */
const path = (member: string) => sql.lit(`$.${checked(member)}`);
const extracted = (column: string, member: string) => sql`json_extract(${sql.ref(column)}, ${path(member)})`;
const madeColumn = (column: string, member: string) => `${column}_${checked(member)}`;
