import type { z } from 'zod';
import { csvRows } from './csv-rows.ts';
import { ndjsonRows } from './ndjson-rows.ts';
import type { Columns, Row, RowFormat, RowProblem } from './row.ts';
import { strictUtf8 } from './strict-utf8.ts';

/** What a file of rows has. */
export interface RowFile<Schema extends z.ZodType = z.ZodType> {
  format: RowFormat;
  /** Of one row, in either format. */
  schema: Schema;
  /** The columns of the CSV format. */
  columns: Columns;
  /** The columns that the CSV header must have. */
  required: readonly string[];
}

/** A row that its schema has checked. */
export type CheckedRow<Value> = { line: number; value: Value } | { line: number; problems: RowProblem[] };

/**
 * The most bytes that are read at once. Rows of a larger piece would outlive a collection of the young generation while they
 * wait, and be memory that is collected late.
 */
const PIECE_BYTES = 16_384;

/**
 * Reads a file of rows as it comes, in UTF-8, and checks each row. Those of one piece are one batch; none is empty.
 * @throws {GatewayError} BAD_REQUEST, VALIDATION_FAILED or PAYLOAD_TOO_LARGE where it cannot be read any further, with line and
 *   column
 */
export async function* readRows<Schema extends z.ZodType>(
  source: AsyncIterable<Uint8Array>,
  { format, schema, columns, required }: RowFile<Schema>,
): AsyncGenerator<CheckedRow<z.output<Schema>>[]> {
  const bytes = pieces(strictUtf8(source));
  const batches = format === 'csv' ? csvRows(bytes, columns, required) : ndjsonRows(bytes);
  for await (const rows of batches) {
    if (rows.length) yield rows.map((row) => ('problems' in row ? row : checked(row, schema)));
  }
}

async function* pieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
  }
}

function checked<Schema extends z.ZodType>(
  { line, value }: Extract<Row, { value: unknown }>,
  schema: Schema,
): CheckedRow<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return { line, value: result.data };
  const problems = result.error.issues.flatMap((issue): RowProblem[] => {
    const at = (path: readonly PropertyKey[], reason: string) => ({
      line,
      column: path.length ? path.map(String).join('.').slice(0, MAX_PATH) : null,
      reason,
    });
    if (issue.code !== 'unrecognized_keys') return [at(issue.path, issue.message)];
    return issue.keys.map((key) => at([...issue.path, key], 'There is no such field'));
  });
  return { line, problems };
}

const MAX_PATH = 100;
