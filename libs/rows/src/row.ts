import { type ErrorCode, GatewayError } from '#libs/errors';

/** The formats of files of rows: CSV (RFC 4180) with a header, and newline-delimited JSON. */
export type RowFormat = 'csv' | 'ndjson';

/** What is wrong with a row, and where. */
export interface RowProblem {
  /** The line that the row begins in, from 1. */
  line: number;
  /** The column of a CSV file by its name, the path of a JSON field, or the character of a syntax error; null for the row. */
  column: string | null;
  reason: string;
}

/** A row of a file. */
export type Row = { line: number; value: unknown } | { line: number; problems: RowProblem[] };

/** The types of the columns of a CSV file, by name; `price.currency` is a field of an object. */
export type Columns = Readonly<Record<string, 'text' | 'number'>>;

/** The most bytes of a row. */
export const MAX_ROW_BYTES = 1_000_000;

type FileCode = Extract<ErrorCode, 'BAD_REQUEST' | 'VALIDATION_FAILED' | 'PAYLOAD_TOO_LARGE'>;

/** A file that is not read any further, since what follows cannot be told from what is broken. */
export function fileProblem(code: FileCode, { line, column, reason }: RowProblem, cause?: unknown): GatewayError {
  const field = column === null ? `line ${line}` : `line ${line}, column ${column}`;
  return new GatewayError(code, {
    detail: 'The file cannot be read.',
    errors: [{ field, message: reason }],
    cause,
  });
}
