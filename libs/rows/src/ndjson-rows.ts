import { jsonErrorAt } from './json-error.ts';
import { fileProblem, MAX_ROW_BYTES, type Row } from './row.ts';

const NEWLINE = 0x0a;
const BOM = /^\uFEFF/;

/**
 * Reads the rows of newline-delimited JSON, one object a line. Empty lines are left out; a line that is no JSON object is a
 * row with a problem.
 * @throws {GatewayError} PAYLOAD_TOO_LARGE for a line of more than a million bytes
 */
export async function* ndjsonRows(source: AsyncIterable<Buffer>): AsyncGenerator<Row[]> {
  let line = 0;
  for await (const lines of linesOf(source)) {
    const rows: Row[] = [];
    for (const bytes of lines) {
      line += 1;
      const text = line === 1 ? bytes.toString().replace(BOM, '') : bytes.toString();
      if (text.trim()) rows.push(rowOf(text, line));
    }
    yield rows;
  }
}

/** The lines that end in each chunk. */
async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let parts: Buffer[] = [];
  let size = 0;
  let line = 1;
  for await (const chunk of source) {
    const lines: Buffer[] = [];
    let start = 0;
    let isTooLong = false;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      isTooLong = size + end - start > MAX_ROW_BYTES;
      if (isTooLong) break;
      lines.push(Buffer.concat([...parts, chunk.subarray(start, end)]));
      [parts, size, start, line] = [[], 0, end + 1, line + 1];
    }
    size += chunk.length - start;
    parts.push(chunk.subarray(start));
    yield lines;
    if (isTooLong || size > MAX_ROW_BYTES) throw tooLong(line);
  }
  if (size) yield [Buffer.concat(parts)];
}

const tooLong = (line: number) =>
  fileProblem('PAYLOAD_TOO_LARGE', { line, column: null, reason: `Has more than ${MAX_ROW_BYTES} bytes` });

function rowOf(text: string, line: number): Row {
  const refused = (column: string | null, reason: string): Row => ({ line, problems: [{ line, column, reason }] });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(String(jsonErrorAt(text) + 1), 'Is not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { line, value };
  return refused(null, 'Must be an object');
}
