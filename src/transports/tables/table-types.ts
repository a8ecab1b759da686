import { JSON_TYPE, NDJSON, offer } from '#libs/negotiation';
import { CsvWriter, JsonArrayWriter, NdjsonWriter, type Table, type TableWriter } from '#libs/tabular';

/**
 * The media types of tables. CSV is the first, for clients that accept any type: a link to a table that a browser
 * follows becomes a file for a spreadsheet.
 */
export const TABLE_TYPES = ['text/csv', NDJSON, JSON_TYPE] as const;

/** A media type of tables. */
export type TableType = (typeof TABLE_TYPES)[number];

interface Format {
  contentType: string;
  /** The ending of a file's name. */
  ending: string;
  writer<Row>(table: Table<Row>): TableWriter<Row>;
}

const FORMATS: Readonly<Record<TableType, Format>> = {
  'text/csv': {
    contentType: 'text/csv; charset=utf-8; header=present',
    ending: 'csv',
    writer: (table) => new CsvWriter(table),
  },
  [NDJSON]: {
    contentType: 'application/x-ndjson; charset=utf-8',
    ending: 'ndjson',
    writer: (table) => new NdjsonWriter(table),
  },
  [JSON_TYPE]: {
    contentType: 'application/json; charset=utf-8',
    ending: 'json',
    writer: (table) => new JsonArrayWriter(table),
  },
};

const preferred = offer(TABLE_TYPES, ';charset=utf-8;version=1');

/** The format that a client prefers; the `negotiation` stage has refused requests that accept none. */
export const formatFor = (accept: string | undefined): Format => FORMATS[preferred(accept) ?? TABLE_TYPES[0]];
