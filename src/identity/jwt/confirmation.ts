/**
 * The thumbprint of the key that a token is bound to (RFC 9449, section 6.1); undefined for an unbound token. Returns false
 * for a binding that cannot be checked here, such as a certificate (RFC 8705): such a token must be refused.
 */
export function boundTo({ cnf }: Readonly<Record<string, unknown>>): string | undefined | false {
  if (cnf === undefined) return undefined;
  if (typeof cnf !== 'object' || cnf === null) return false;
  const { jkt, ...others } = cnf as Record<string, unknown>;
  return typeof jkt === 'string' && jkt !== '' && Object.keys(others).length === 0 && jkt;
}
