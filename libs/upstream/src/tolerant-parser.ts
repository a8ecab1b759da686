import symbols, { type Parser } from 'undici/lib/core/symbols.js';

const { kParser } = symbols;
const CONTINUE = 100;
const PROCESSING = 102;
const SPACE = 0x20;
const LENGTH = 'content-length';

/**
 * Lets undici read on a new connection what it takes for an error, and HTTP does not:
 * - 100 (Continue), as clients must be able to that did not ask for it (RFC 9110, 15.2). undici passes over other interim answers: its
 *   parser is told that it is one of those.
 * - spaces after `Content-Length`, which are no part of its value (RFC 9110, 5.5). undici counts them as digits.
 */
export function readTolerantly(socket: object): void {
  const setParser = (parser: Parser) => {
    const { onHeadersComplete } = parser;
    parser.onHeadersComplete = (status, ...rest) => {
      parser.contentLength = lengthOf(parser);
      return onHeadersComplete.call(parser, status === CONTINUE ? PROCESSING : status, ...rest);
    };
    Object.defineProperty(socket, kParser, { value: parser, writable: true, configurable: true });
  };
  Object.defineProperty(socket, kParser, { set: setParser, configurable: true });
}

function lengthOf({ contentLength, headers }: Parser): number {
  for (let at = 0; at < headers.length; at += 2) {
    const [name, value] = [headers[at]!, headers[at + 1]!];
    if (name.length !== LENGTH.length) continue;
    if (value.at(-1) === SPACE && name.toString().toLowerCase() === LENGTH) return Number(value.toString());
  }
  return contentLength;
}
