import symbols, { type Parser } from 'undici/lib/core/symbols.js';

const { kParser } = symbols;
const CONTINUE = 100;
const PROCESSING = 102;

/**
 * Ignores 100 (Continue) on a new connection, as clients must be able to that did not ask for it (RFC 9110, 15.2). undici ends the
 * connection at it, but passes over other interim answers: its parser is told that it is one of those.
 */
export function ignoreContinue(socket: object): void {
  const setParser = (parser: Parser) => {
    const { onHeadersComplete } = parser;
    parser.onHeadersComplete = (status, ...rest) =>
      onHeadersComplete.call(parser, status === CONTINUE ? PROCESSING : status, ...rest);
    Object.defineProperty(socket, kParser, { value: parser, writable: true, configurable: true });
  };
  Object.defineProperty(socket, kParser, { set: setParser, configurable: true });
}
