import { CsvWriter } from './csv-writer.ts';
import { JsonArrayWriter } from './json-array-writer.ts';
import { NdjsonWriter } from './ndjson-writer.ts';
import type { TableWriter } from './table-writer.ts';
import type { Table } from './table.ts';

/** How a table is written in one format. */
export interface TableFormat {
  mediaType: string;
  /** The media type with its parameters. */
  contentType: string;
  /** The ending of a file's name. */
  ending: string;
  writer<Row>(table: Table<Row>): TableWriter<Row>;
}

/** The formats of tables, by name. */
export const TABLE_FORMATS = {
  CSV: {
    mediaType: 'text/csv',
    contentType: 'text/csv; charset=utf-8; header=present',
    ending: 'csv',
    writer: (table) => new CsvWriter(table),
  },
  NDJSON: {
    mediaType: 'application/x-ndjson',
    contentType: 'application/x-ndjson; charset=utf-8',
    ending: 'ndjson',
    writer: (table) => new NdjsonWriter(table),
  },
  JSON: {
    mediaType: 'application/json',
    contentType: 'application/json; charset=utf-8',
    ending: 'json',
    writer: (table) => new JsonArrayWriter(table),
  },
} as const satisfies Record<string, TableFormat>;
