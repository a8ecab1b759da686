import { GatewayError } from '#libs/errors';
import { METHODS } from '#gateway/edge/methods/method-not-allowed';
import { badPath, noTarget } from './request-target.ts';

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
/** A request line but for spaces within its target: `file_get_contents` of PHP, for one, sends a URL as it is given. */
const SPACED_LINE = /^[A-Z]+ (?:\/|https?:)\S* [^\r\n]*\S HTTP\/1\.[01]\r\n/;
/** The begin of a request line whose target is in none of the forms that are served, as where its slash is forgotten. */
const NO_TARGET = /^[A-Z]+ +(?!\/|https?:\/\/)[^ ]/;

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
  if (code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(lineOf(error))) {
    return new GatewayError('METHOD_NOT_ALLOWED', { headers: { allow: METHODS.join(', ') } });
  }
  if (code === 'HPE_INVALID_URL' || SPACED_LINE.test(lineOf(error))) {
    if (NO_TARGET.test(lineOf(error))) return noTarget(error);
    const detail = 'The URL has a character that must be percent-encoded.';
    return badPath(detail, 'Must be percent-encoded UTF-8; a space is %20', error);
  }
  if (code !== 'HPE_HEADER_OVERFLOW') {
    return new GatewayError('BAD_REQUEST', { detail: 'This is not a valid HTTP/1.1 request.', cause: error });
  }
  if (isInRequestLine(error)) return new GatewayError('URI_TOO_LONG', { detail: 'The request line is too long.' });
  return new GatewayError('HEADERS_TOO_LARGE', { detail: 'The headers together are too large.' });
}

/** The line where parsing stopped, and what follows; where it is the request line, it begins with the method. */
function lineOf({ rawPacket, bytesParsed = 0 }: UnparsedError): string {
  const text = rawPacket?.toString('latin1') ?? '';
  return text.slice(text.lastIndexOf('\n', bytesParsed - 1) + 1);
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
