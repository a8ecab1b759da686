import { GatewayError } from '#libs/errors';
import { METHODS } from '#gateway/edge/methods/method-not-allowed';

/**
 * The error that Node emits for bytes that are no request (https://nodejs.org/api/http.html#event-clienterror).
 */
export interface UnparsedError extends Error {
  code?: string;
  /** The number of bytes of `rawPacket` that were parsed. */
  bytesParsed?: number;
  /** The last chunk received. */
  rawPacket?: Buffer;
}

const REQUEST_LINE = /^[!#$%&'*+.^_`|~\w-]+ \S+ HTTP\/1\.[01]\r\n/;

/** The error to answer with; undefined if the connection itself failed. */
export function parserErrorOf(error: UnparsedError): GatewayError | undefined {
  const { code = '' } = error;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new GatewayError('REQUEST_TIMEOUT', { detail: 'The request did not arrive in time.' });
  }
  if (!code.startsWith('HPE_')) return undefined;
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') {
    return new GatewayError('PAYLOAD_TOO_LARGE', { detail: 'The extensions of a chunk are too large.' });
  }
  if (code === 'HPE_INVALID_METHOD' && isRequestLine(error)) {
    return new GatewayError('METHOD_NOT_ALLOWED', { headers: { allow: METHODS.join(', ') } });
  }
  if (code !== 'HPE_HEADER_OVERFLOW') {
    return new GatewayError('BAD_REQUEST', { detail: 'This is not a valid HTTP/1.1 request.', cause: error });
  }
  if (isInRequestLine(error)) return new GatewayError('URI_TOO_LONG', { detail: 'The request line is too long.' });
  return new GatewayError('HEADERS_TOO_LARGE', { detail: 'The headers together are too large.' });
}

/** Whether parsing stopped at the method of a line that is a request line but for its method (RFC 9112, section 3). */
function isRequestLine({ rawPacket, bytesParsed = 0 }: UnparsedError): boolean {
  const text = rawPacket?.toString('latin1') ?? '';
  return REQUEST_LINE.test(text.slice(text.lastIndexOf('\n', bytesParsed - 1) + 1));
}

/**
 * Whether parsing stopped within a request line. Node does not report this, and passes only the last chunk: if
 * that contains neither the start nor the end of the line, the headers are assumed (RFC 6585, section 5, covers
 * both).
 */
function isInRequestLine({ rawPacket, bytesParsed = 0 }: UnparsedError): boolean {
  const text = rawPacket?.toString('latin1') ?? '';
  const read = text.slice(0, bytesParsed);
  const current = read.slice(read.lastIndexOf('\r\n\r\n') + 1).trimStart();
  if (current.includes('\n')) return false;
  return /^[A-Z]+ \S*$/.test(current) || /^\S* HTTP\/1\.\d\r?\n/.test(text.slice(bytesParsed));
}
