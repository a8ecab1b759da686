import { finished } from 'node:stream/promises';
import { type CsvError, type InfoRecord, parse } from 'csv-parse';
import { type CsvDialect, csvDialect } from './csv-dialect.ts';
import { type CsvHeader, csvHeader } from './csv-header.ts';
import { type Columns, fileProblem, MAX_ROW_BYTES, type Row } from './row.ts';

const NEWLINE = 0x0a;
const CODES: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'Has a quote that is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'Has text after a closing quote',
  INVALID_OPENING_QUOTE: 'Has a quote in the middle of a field',
};
const TOO_LONG = 'CSV_MAX_RECORD_SIZE';

interface CsvRecord {
  fields: string[];
  /** The bytes of the file up to its end, and the empty lines before it. */
  bytes: number;
  emptyLines: number;
}

/**
 * Reads the rows of a CSV file (RFC 4180, or with the separators of spreadsheets) whose first row has the names of the columns. A
 * BOM is skipped; lines end in LF or CRLF; lines without a value are left out; an empty field is none.
 * @throws {GatewayError} BAD_REQUEST for broken quotes and line ends, VALIDATION_FAILED for the header, PAYLOAD_TOO_LARGE for a
 *   row of more than a million bytes, with the line that the row begins in
 */
export async function* csvRows(
  source: AsyncIterable<Buffer>,
  columns: Columns,
  required: readonly string[],
): AsyncGenerator<Row[]> {
  const lines = new LineCount();
  const { dialect, content } = await csvDialect(source, Object.keys(columns));
  let preamble = dialect.preambleLines;
  let header: CsvHeader | undefined;
  for await (const batch of records(content, lines, dialect)) {
    const rows: Row[] = [];
    for (const { fields, bytes, emptyLines } of batch) {
      const line = lines.startOf(bytes, emptyLines);
      if (preamble) preamble -= 1;
      else if (fields.every((field) => !field)) continue;
      else if (header) rows.push(rowOf(fields, line, header));
      else header = csvHeader(fields, line, columns, required);
    }
    yield rows;
  }
  if (!header) throw fileProblem('VALIDATION_FAILED', { line: 1, column: null, reason: 'Must name the columns' });
}

/** Lines by the bytes of the file: csv-parse counts a CRLF in a quoted field twice. */
class LineCount {
  private readonly newlines: number[] = [];
  private size = 0;
  private passed = 0;
  private emptyLines = 0;

  add(chunk: Buffer): void {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      this.newlines.push(this.size + at);
    }
    this.size += chunk.length;
  }

  /** The line that the next record begins in, once its end is known. */
  startOf(end: number, emptyLines: number): number {
    const start = this.passed + 1 + emptyLines - this.emptyLines;
    this.emptyLines = emptyLines;
    let ended = 0;
    while (ended < this.newlines.length && this.newlines[ended]! < end) ended += 1;
    this.newlines.splice(0, ended);
    this.passed += ended;
    return start;
  }

  /** The line that a record begins in whose end is not found. */
  startOfBroken(emptyLines: number): number {
    return this.passed + 1 + emptyLines - this.emptyLines;
  }
}

async function* records(
  source: AsyncIterable<Buffer>,
  lines: LineCount,
  { delimiter }: CsvDialect,
): AsyncGenerator<CsvRecord[]> {
  let ready: CsvRecord[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    max_record_size: MAX_ROW_BYTES,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    // What the stream itself holds back is lost where it fails.
    on_record(fields: string[], info: InfoRecord & { bytes: number }) {
      ready.push({ fields, bytes: info.bytes, emptyLines: info.empty_lines });
      return null;
    },
  });
  parser.resume();
  const ended = finished(parser);
  ended.catch(() => {});
  const failed = (error: CsvError) => {
    const { code, message } = error;
    const line = lines.startOfBroken(parser.info.empty_lines);
    if (code === TOO_LONG) {
      return fileProblem('PAYLOAD_TOO_LARGE', {
        line,
        column: null,
        reason: `Has more than ${MAX_ROW_BYTES} bytes`,
      });
    }
    const field = /on field (\d+)/.exec(message)?.[1];
    const column = field ? String(Number(field) + 1) : null;
    return fileProblem('BAD_REQUEST', { line, column, reason: CODES[code] ?? 'Is not CSV' }, error);
  };
  for await (const chunk of source) {
    lines.add(chunk);
    const error = await new Promise<CsvError | null | undefined>((resolve) => {
      parser.write(chunk, (reason) => resolve(reason as CsvError | null | undefined));
    });
    yield ready;
    ready = [];
    if (error) throw failed(error);
  }
  parser.end();
  const error = await ended.then(
    () => undefined,
    (reason: CsvError) => reason,
  );
  yield ready;
  if (error) throw failed(error);
}

function rowOf(fields: string[], line: number, { names, fieldsOf, required }: CsvHeader): Row {
  const hasMore = fields.slice(names.length).some(Boolean);
  // Excel leaves out separators at the end of rows whose last fields are empty.
  const lacks = names.slice(fields.length).some((name) => required.includes(name));
  if (hasMore || lacks) {
    const reason = `Has ${fields.length} fields, the header has ${names.length}`;
    return { line, problems: [{ line, column: null, reason }] };
  }
  const value: Record<string, unknown> = {};
  for (let place = 0; place < names.length; place += 1) {
    const text = fields[place];
    if (!text) continue;
    const { around, name, isNumber } = fieldsOf[place]!;
    let target = value;
    for (const outer of around) target = (target[outer] ??= {}) as Record<string, unknown>;
    target[name] = isNumber ? numberIn(text) : text;
  }
  return { line, value };
}

/** A number as JSON has it, also between blanks; other text stays text, which the schema refuses. */
const numberIn = (text: string): unknown => (/^ *-?\d{1,15}(\.\d{1,15})? *$/.test(text) ? Number(text) : text);
