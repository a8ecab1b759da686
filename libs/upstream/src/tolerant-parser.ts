import symbols, { type Parser } from 'undici/lib/core/symbols.js';

const { kParser } = symbols;
const CONTINUE = 100;
const PROCESSING = 102;
const SPACE = 0x20;
const LENGTH = 'content-length';

/**
 * Lets undici read on a new connection what it takes for an error, and clients may read:
 * - 100 (Continue), as clients must be able to that did not ask for it (RFC 9110, 15.2). undici passes over other interim answers: its
 *   parser is told that it is one of those.
 * - spaces after `Content-Length`, which are no part of its value (RFC 9110, 5.5). undici counts them as digits.
 * - `Content-Length` beside chunks, which override it (RFC 9112, 6.3): of programs that pass on the headers of an answer with another
 *   body. The connection is closed after it.
 * - lines that end without CR (RFC 9112, 2.2), and spaces after the length of a chunk, of old servers and scripts.
 */
export function readTolerantly(socket: object): void {
  const setParser = (parser: Parser) => {
    const { onHeadersComplete, llhttp, ptr } = parser;
    llhttp.llhttp_set_lenient_chunked_length(ptr, 1);
    llhttp.llhttp_set_lenient_optional_cr_before_lf(ptr, 1);
    llhttp.llhttp_set_lenient_spaces_after_chunk_size(ptr, 1);
    parser.onHeadersComplete = (status, isUpgrade, shouldKeepAlive) => {
      const isDoubtful = parser.hasTransferEncoding && parser.contentLength !== NONE;
      // Another coding than chunks ends with the connection, which the server may keep open.
      if (isDoubtful && !CHUNKS.test(valueOf(parser, 'transfer-encoding') ?? '')) return REFUSED;
      parser.contentLength = isDoubtful ? NONE : lengthOf(parser);
      return onHeadersComplete.call(
        parser,
        status === CONTINUE ? PROCESSING : status,
        isUpgrade,
        shouldKeepAlive && !isDoubtful,
      );
    };
    Object.defineProperty(socket, kParser, { value: parser, writable: true, configurable: true });
  };
  Object.defineProperty(socket, kParser, { set: setParser, configurable: true });
}

/** undici's for no length. */
const NONE = -1;
/** What ends the parser with an error. */
const REFUSED = -1;
const CHUNKS = /(^|,)\s*chunked\s*$/i;

function lengthOf(parser: Parser): number {
  const value = valueOf(parser, LENGTH, SPACE);
  return value === undefined ? parser.contentLength : Number(value);
}

/** The value of a header in small letters, or of one that ends with this byte. */
function valueOf({ headers }: Parser, header: string, lastByte?: number): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    const [name, value] = [headers[at]!, headers[at + 1]!];
    if (name.length !== header.length || (lastByte !== undefined && value.at(-1) !== lastByte)) continue;
    if (name.toString().toLowerCase() === header) return value.toString();
  }
  return undefined;
}
