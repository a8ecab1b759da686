import type { GatewayError } from '#libs/errors';
import { type Caller, type Context, PerContext } from '#libs/upstream';

/** What a client has presented to say who it is, and what became of that. */
export interface Credentials {
  /**
   * The state of its token, API key or cookie: `forged` where another site may have sent the cookie, `unchecked` where its
   * issuer cannot be reached right now.
   */
  state: 'none' | 'valid' | 'invalid' | 'forged' | 'unchecked';
  /** The error to answer with where the credentials are needed and not good. */
  refusal: GatewayError | undefined;
  /** Whether a page of ours made the request. */
  isFromPage: boolean;
  /** The scheme of `Authorization` that a challenge names. */
  scheme: 'Bearer' | 'DPoP';
}

const none = (): Credentials => ({ state: 'none', refusal: undefined, isFromPage: false, scheme: 'Bearer' });

/** The credentials of each request. */
export const credentials = new PerContext<Credentials>(none);

/** Gives a context the credentials of another: that of the connection which a message came by. */
export function inheritCredentials(context: Context, from: Context): void {
  Object.assign(credentials.of(context), credentials.of(from));
}

/** Notes who is calling; undefined where their token is not valid. */
export function accept(context: Context, caller: Caller | undefined): void {
  credentials.of(context).state = caller ? 'valid' : 'invalid';
  if (!caller) return;
  context.caller = caller;
  context.log.callerId = caller.id;
}

/** The scheme of an `Authorization` header that a challenge names; `Bearer` where there is none. */
export const schemeOf = (authorization: string | undefined): Credentials['scheme'] =>
  /^DPoP /i.test(authorization ?? '') ? 'DPoP' : 'Bearer';
