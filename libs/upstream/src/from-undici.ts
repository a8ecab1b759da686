import { GatewayError } from '#libs/errors';
import { TLS_IS_SPOKEN } from './plain-to-tls.ts';

/** undici errors that are unusable answers, not lost connections. */
const BAD_ANSWERS = new Set<unknown>(['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'UND_ERR_HEADERS_OVERFLOW']);

/**
 * Translates what undici throws: an abort's own reason, a timeout, an answer beyond the cap, else "unavailable".
 * @param isSent whether the request had begun to be sent: it may have reached the upstream
 */
export function fromUndici(error: unknown, isSent: boolean): GatewayError {
  if (error instanceof GatewayError) return error;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (cause instanceof GatewayError) return cause;
  if (BAD_ANSWERS.has(code)) return new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: error });
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new GatewayError('UPSTREAM_TIMEOUT', { cause: error });
  }
  return new GatewayError('UPSTREAM_UNAVAILABLE', {
    cause: explained(error as Error, code),
    transient: { isUnsent: !isSent },
  });
}

/** Names the usual mistake in an address or a server, for the log. */
function explained(error: Error, code: unknown): Error {
  const hint = hintAt(error, code);
  return hint ? Object.assign(new Error(hint, { cause: error }), { code }) : error;
}

/** What a TLS server sends to a client that does not speak TLS: an alert record (RFC 8446, 5.1 and 6). */
const TLS_ALERT = '\u0015\u0003';
/** How the first frame of an HTTP/2 server begins, which it sends unasked: SETTINGS of the connection (RFC 9113, 3.4). */
// oxlint-disable-next-line no-control-regex
const HTTP2_SETTINGS = /^\0\0.\u0004\0\0\0\0\0/s;
const ONLY_HTTP2 = 'the server there speaks HTTP/2 alone, as gRPC servers do';
const CERTIFICATE_REQUIRED = 'the server requires a client certificate: set tls.cert and tls.key of the upstream';
const PLAIN_ANSWER = /wrong version number|packet length too long|http request|unknown protocol/i;

function hintAt(error: Error, code: unknown): string | undefined {
  const { data } = error as { data?: unknown };
  if (typeof data === 'string' && data.startsWith(TLS_ALERT)) return TLS_IS_SPOKEN;
  if (typeof data === 'string' && HTTP2_SETTINGS.test(data)) return ONLY_HTTP2;
  if (/CERTIFICATE_REQUIRED/.test(String(code))) return CERTIFICATE_REQUIRED;
  // The name that this client offers by ALPN is http/1.1.
  if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') return ONLY_HTTP2;
  if ((code === 'EPROTO' || String(code).startsWith('ERR_SSL_')) && PLAIN_ANSWER.test(error.message))
    return 'the address is https://, but no TLS is spoken there';
  return undefined;
}
