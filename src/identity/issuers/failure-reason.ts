/** Of `cause`, only such codes are reported: protocol errors hold the received data in it, tokens included. */
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{2,60}$/;
const OAUTH_ERROR = /^[\w.-]{1,80}$/;
const MAX_DEPTH = 4;

/**
 * A short reason for a failure at the provider, for logs and audit: the `error` of its response (RFC 6749, section 5.2), a
 * system or TLS error code, or the library's message. It never contains a token or a code.
 */
export function failureReason(thrown: unknown): string {
  const words: string[] = [];
  let error = thrown;
  for (let depth = 0; depth < MAX_DEPTH && isError(error); depth += 1) {
    const { error: reason, code } = error as { error?: unknown; code?: unknown };
    if (typeof reason === 'string' && OAUTH_ERROR.test(reason)) return joined([...words, reason]);
    if (typeof code === 'string' && SYSTEM_CODE.test(code)) words.push(code);
    else if (error.name === 'TimeoutError') words.push('timeout');
    if (isOurs(error)) words.push(error.message);
    error = error.cause;
  }
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status === 'number') words.push(`HTTP ${status}`);
  return joined(words) || 'unknown';
}

/** Checks by shape: timeout errors come from another realm, where `instanceof Error` fails. */
const isError = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'message' in value && 'name' in value;

/** Whether one of the libraries wrote the message: their messages are fixed sentences about the protocol. */
const isOurs = ({ name, message }: Error): boolean =>
  /^(OperationProcessingError|UnsupportedOperationError|JW|JOSE|UncheckedToken|Refusal)/.test(name) &&
  !/eyJ/.test(message);

const joined = (words: readonly string[]): string => [...new Set(words)].join(': ').slice(0, 200);
