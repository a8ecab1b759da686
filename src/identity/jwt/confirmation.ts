/**
 * The thumbprint of the key that a token is bound to (RFC 9449, section 6.1); undefined for one that is bound to none. False
 * where it is bound to something that cannot be checked here, as a certificate (RFC 8705): such a token must not be taken.
 */
export function boundTo({ cnf }: Readonly<Record<string, unknown>>): string | undefined | false {
  if (cnf === undefined) return undefined;
  if (typeof cnf !== 'object' || cnf === null) return false;
  const { jkt, ...others } = cnf as Record<string, unknown>;
  return typeof jkt === 'string' && jkt !== '' && Object.keys(others).length === 0 && jkt;
}
