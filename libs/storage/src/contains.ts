import { type RawBuilder, sql, type SqlBool } from 'kysely';

/**
 * A condition: the column contains `text`, upper and lower case alike (letters beyond ASCII as SQLite has them: as
 * they are). `%` and `_` in `text` are the characters themselves.
 */
export function contains(column: string, text: string): RawBuilder<SqlBool> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`;
}
