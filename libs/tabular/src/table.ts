import type { CsvValue } from './csv-line.ts';

/** A column of a table as CSV. */
export interface Column<Row> {
  /** Its name in the header row. */
  name: string;
  value(row: Row): CsvValue;
}

/** How the rows of a table are written. */
export interface Table<Row> {
  /** The name of a file of it, without its ending. */
  name: string;
  /** Its columns in CSV. */
  columns: readonly Column<Row>[];
  /** A row as a JSON object. It has no members `end`, `rows` and `error`: see `NdjsonWriter`. */
  record(row: Row): object;
  /** The position after a row, to continue at. */
  cursor(row: Row): string;
}
