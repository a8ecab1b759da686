import type { GatewayError } from '#libs/errors';
import { type Caller, type Context, PerContext } from '#libs/upstream';

/** The credentials of a request, and the outcome of their verification. */
export interface Credentials {
  /**
   * The state of the token, API key or cookie: `forged` if another site may have sent the cookie, `unchecked` if its issuer
   * cannot be reached now.
   */
  state: 'none' | 'valid' | 'invalid' | 'forged' | 'unchecked';
  /** The error for a request that needs valid credentials and has none. */
  refusal: GatewayError | undefined;
  /** Whether one of the gateway's own pages made the request. */
  isFromPage: boolean;
  /** The scheme of `Authorization` that a challenge names. */
  scheme: 'Bearer' | 'DPoP';
  /** Whether the query has what looks like a token (RFC 6750, section 2.3), which is not read. */
  isTokenInQuery: boolean;
}

const none = (): Credentials => ({
  state: 'none',
  refusal: undefined,
  isFromPage: false,
  scheme: 'Bearer',
  isTokenInQuery: false,
});

/** The credentials of each request. */
export const credentials = new PerContext<Credentials>(none);

/** Copies the credentials of a connection to the context of one of its messages. */
export function inheritCredentials(context: Context, from: Context): void {
  Object.assign(credentials.of(context), credentials.of(from));
}

/** Records the caller; undefined for invalid credentials. */
export function accept(context: Context, caller: Caller | undefined): void {
  credentials.of(context).state = caller ? 'valid' : 'invalid';
  if (!caller) return;
  context.caller = caller;
  context.log.callerId = caller.id;
}

/** A scheme, other than those of tokens, with its credentials (RFC 9110, section 11.4). */
const OTHER_SCHEME = /^(?!(?:Bearer|DPoP) )[\w!#$%&'*+.^`|~-]+ +\S/i;

/**
 * The `Authorization` header of a request; undefined if it is empty, as pages send it before a login, or if its scheme is not one
 * of ours. Then it is for somebody else: a proxy in front that asks for HTTP Basic, for which browsers send it with every request.
 */
export const ownAuthorization = (header: string | undefined): string | undefined =>
  !header?.trim() || OTHER_SCHEME.test(header) ? undefined : header;

/** The scheme of an `Authorization` header that a challenge names; `Bearer` without the header. */
export const schemeOf = (authorization: string | undefined): Credentials['scheme'] =>
  /^DPoP /i.test(authorization ?? '') ? 'DPoP' : 'Bearer';
