import { type RawBuilder, sql, type SqlBool } from 'kysely';

/**
 * A condition: the column contains `text`, case-insensitively for ASCII letters (other letters are case-sensitive, as
 * in SQLite). `%` and `_` in `text` are literal characters.
 */
export function contains(column: string, text: string): RawBuilder<SqlBool> {
  const pattern = `%${text.replace(/[!%_]/g, '!$&')}%`;
  return sql<SqlBool>`lower(${sql.ref(column)}) like lower(${pattern}) escape '!'`;
}
