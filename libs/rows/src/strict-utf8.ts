import { isUtf8 } from 'node:buffer';
import { fileProblem } from './row.ts';

const NEWLINE = 0x0a;
/** The bytes that a character begins with and that say how many follow (RFC 3629, section 3). */
const LEADS = [
  { min: 0xc0, length: 2 },
  { min: 0xe0, length: 3 },
  { min: 0xf0, length: 4 },
];
/** The byte order marks of UTF-16, which no UTF-8 begins with. */
const UTF_16 = ['fffe', 'feff'];

/**
 * Passes on chunks of bytes that are UTF-8, each with whole characters only.
 * @throws {GatewayError} BAD_REQUEST with line and character of the first byte that is not UTF-8
 */
export async function* strictUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  let line = 1;
  let lineStart = '';
  let isFirst = true;
  for await (const chunk of source) {
    const bytes = rest.length ? Buffer.concat([rest, chunk]) : bufferOf(chunk);
    if (isFirst && bytes.length >= 2) {
      isFirst = false;
      // Without a mark it has a NUL beside its first character, which is an ASCII one in every format.
      if (UTF_16.includes(bytes.toString('hex', 0, 2)) || bytes[0] === 0 || bytes[1] === 0)
        throw notUtf8(1, '1', 'UTF-16 is not accepted: use UTF-8');
    }
    const end = bytes.length - unfinished(bytes);
    const whole = bytes.subarray(0, end);
    rest = Buffer.from(bytes.subarray(end));
    if (!isUtf8(whole)) throw located(whole, line, lineStart);
    if (whole.length) yield whole;
    line += countLines(whole);
    const last = whole.lastIndexOf(NEWLINE);
    // Lines that are too long fail elsewhere, before this text is large.
    lineStart = (last < 0 ? lineStart : '') + whole.toString('utf8', last + 1);
    if (lineStart.length > MAX_KEPT) lineStart = lineStart.slice(-MAX_KEPT);
  }
  if (rest.length) throw located(rest, line, lineStart);
}

/** How much of a line is kept for the position of a later error, in characters. */
const MAX_KEPT = 2_000_000;

const bufferOf = (chunk: Uint8Array) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

/** The number of line feeds in bytes. */
function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

/** How many bytes at the end begin a character whose rest is in the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = LEADS.findLast(({ min }) => byte >= min)?.length ?? 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** Finds the first byte that is not UTF-8: the longest part before it that is. */
function located(bytes: Buffer, line: number, lineStart: string) {
  let [valid, invalid] = [0, bytes.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const part = bytes.subarray(0, middle);
    if (isUtf8(part.subarray(0, middle - unfinished(part)))) valid = middle;
    else invalid = middle;
  }
  const end = invalid - 1;
  const before = bytes.subarray(0, end - unfinished(bytes.subarray(0, end)));
  const last = before.lastIndexOf(NEWLINE);
  const text = (last < 0 ? lineStart : '') + before.toString('utf8', last + 1);
  return notUtf8(line + countLines(before), String(text.replace(/^\uFEFF/, '').length + 1), 'Is not UTF-8');
}

const notUtf8 = (line: number, column: string, reason: string) =>
  fileProblem('BAD_REQUEST', { line, column, reason });
