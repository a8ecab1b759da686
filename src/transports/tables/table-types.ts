import { NDJSON_TYPES, offer } from '#libs/negotiation';
import { TABLE_FORMATS, type TableFormat } from '#libs/tabular';

const { CSV, NDJSON, JSON } = TABLE_FORMATS;

/**
 * The documented media types of tables. CSV is the first, for clients that accept any type: a link to a table that a browser
 * follows becomes a file for a spreadsheet.
 */
export const TABLE_TYPES = [CSV.mediaType, NDJSON.mediaType, JSON.mediaType] as const;

/** The media types of tables, with the other names of NDJSON. */
export const NEGOTIATED_TYPES = [CSV.mediaType, ...NDJSON_TYPES, JSON.mediaType] as const;

const preferred = offer(NEGOTIATED_TYPES, ';version=1');

/** The format that a client prefers, by the name it has for it; the `negotiation` stage has refused requests that accept none. */
export function formatFor(accept: string | undefined): TableFormat {
  const type = preferred(accept);
  const ndjson = NDJSON_TYPES.find((name) => name === type);
  if (ndjson) return { ...NDJSON, mediaType: ndjson, contentType: `${ndjson}; charset=utf-8` };
  return type === JSON.mediaType ? JSON : CSV;
}
