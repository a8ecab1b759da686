/** Errors of the protocol have what was received in `cause`, tokens included: of that nothing is shown. */
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{2,60}$/;
const OAUTH_ERROR = /^[\w.-]{1,80}$/;
const MAX_DEPTH = 4;

/**
 * Why something failed with the provider, in a few words for logs and the audit: the `error` of its answer (RFC 6749,
 * section 5.2), a code of the system or of TLS, or what the library found wrong. It never has a token or a code in it.
 */
export function failureReason(thrown: unknown): string {
  const words: string[] = [];
  let error = thrown;
  for (let depth = 0; depth < MAX_DEPTH && isError(error); depth += 1) {
    const { error: said, code } = error as { error?: unknown; code?: unknown };
    if (typeof said === 'string' && OAUTH_ERROR.test(said)) return joined([...words, said]);
    if (typeof code === 'string' && SYSTEM_CODE.test(code)) words.push(code);
    else if (error.name === 'TimeoutError') words.push('timeout');
    if (isOurs(error)) words.push(error.message);
    error = error.cause;
  }
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status === 'number') words.push(`HTTP ${status}`);
  return joined(words) || 'unknown';
}

/** Timeouts are no instances of `Error` in every realm. */
const isError = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'message' in value && 'name' in value;

/** What the libraries write: fixed sentences about the protocol. */
const isOurs = ({ name, message }: Error): boolean =>
  /^(OperationProcessingError|JW|JOSE|UncheckedToken|Refusal)/.test(name) && !/eyJ/.test(message);

const joined = (words: readonly string[]): string => [...new Set(words)].join(': ').slice(0, 200);
