import { type Attributes, currentSpan } from '#libs/observe';
import type { LogEvent } from 'kysely';

/** The first word of a statement, and the first table that it names. */
const STATEMENT = /^\W*(\w+)(?:.*?\b(?:from|into|update|table)\s+"?([\w.]+))?/is;

/**
 * Records each statement as a span of the request that it is run for (database conventions of OpenTelemetry). The text
 * of statements has placeholders in place of values.
 * @param system `sqlite` or `postgresql`
 * @param namespace the service's name
 */
export const queryRecorder =
  (system: string, namespace: string) =>
  (event: LogEvent): void => {
    const parent = currentSpan();
    if (!parent) return;
    const { query, queryDurationMillis } = event;
    const endMs = performance.now();
    const [, operation = '', table] = STATEMENT.exec(query.sql) ?? [];
    const summary = table ? `${operation} ${table}` : operation;
    const attributes: Attributes = {
      'db.system.name': system,
      'db.namespace': namespace,
      'db.operation.name': operation,
      'db.collection.name': table,
      'db.query.summary': summary,
      'db.query.text': query.sql,
    };
    const span = parent.start(summary, 'client', attributes, endMs - queryDurationMillis);
    span.end(event.level === 'error' ? codeOf(event.error) : undefined, endMs);
  };

/** SQLSTATE, the result code of SQLite, or the name of the error; never its text, which may contain values. */
function codeOf(error: unknown): string {
  const { code, errcode, name } = error as { code?: string; errcode?: number; name?: string };
  return String(errcode ?? code ?? name ?? 'error');
}
