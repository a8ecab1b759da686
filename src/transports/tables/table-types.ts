import { offer } from '#libs/negotiation';
import { TABLE_FORMATS, type TableFormat } from '#libs/tabular';

const { CSV, NDJSON, JSON } = TABLE_FORMATS;

/**
 * The media types of tables. CSV is the first, for clients that accept any type: a link to a table that a browser
 * follows becomes a file for a spreadsheet.
 */
export const TABLE_TYPES = [CSV.mediaType, NDJSON.mediaType, JSON.mediaType] as const;

const preferred = offer(TABLE_TYPES, ';version=1');

/** The format that a client prefers; the `negotiation` stage has refused requests that accept none. */
export function formatFor(accept: string | undefined): TableFormat {
  const type = preferred(accept);
  return [NDJSON, JSON].find(({ mediaType }) => mediaType === type) ?? CSV;
}
