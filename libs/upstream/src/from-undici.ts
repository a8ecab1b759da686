import { GatewayError } from '#libs/errors';

/** What can only go wrong before anything is sent. */
const NOT_CONNECTED = new Set<unknown>([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Translates what undici throws: an abort's own reason, a timeout, an answer beyond the cap, else "unavailable". */
export function fromUndici(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (cause instanceof GatewayError) return cause;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: error });
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new GatewayError('UPSTREAM_TIMEOUT', { cause: error });
  }
  return new GatewayError('UPSTREAM_UNAVAILABLE', {
    cause: error,
    transient: { isUnsent: NOT_CONNECTED.has(code) },
  });
}
