/** What a token is bound to. */
export interface KeyBinding {
  /** The thumbprint of a key (RFC 9449, section 6.1); undefined for a bearer token. */
  thumbprint: string | undefined;
}

const UNBOUND: KeyBinding = { thumbprint: undefined };

/**
 * The binding that a token's claims confirm. Undefined for one that cannot be checked here, such as a certificate
 * (RFC 8705): such a token must be refused.
 */
export function bindingOf({ cnf }: Readonly<Record<string, unknown>>): KeyBinding | undefined {
  if (cnf === undefined) return UNBOUND;
  if (typeof cnf !== 'object' || cnf === null) return undefined;
  const { jkt, ...others } = cnf as Record<string, unknown>;
  const isKnown = typeof jkt === 'string' && jkt !== '' && Object.keys(others).length === 0;
  return isKnown ? { thumbprint: jkt } : undefined;
}
