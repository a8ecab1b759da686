/** The authenticated caller of a request. */
export interface Caller {
  /** The user's id; undefined for a client that has not logged in. */
  readonly id?: string;
  readonly scopes: readonly string[];
  /** The API key of the request, which has its own limits. */
  readonly apiKeyId?: string;
  /** How much that key may ask for, where it has a limit of its own: a number in a window of milliseconds. */
  readonly rateLimit?: { readonly limit: number; readonly windowMs: number };
  /** The session of the request; undefined for a token of an outside issuer. */
  readonly sessionId?: string;
  /** When the token expires, on the wall clock, in milliseconds; undefined if a session decides that. */
  readonly expiresAt?: number;
  /**
   * When the user authenticated, in seconds since 1970; undefined if unknown (`auth_time`, OpenID Connect Core,
   * section 2).
   */
  readonly authTime?: number | undefined;
  /** How the user authenticated: the issuer's `acr`. */
  readonly acr?: string | undefined;
}

/** The client that a request comes from. */
export interface Client {
  /** The IP address, as trusted proxies report it; empty for internal work. */
  readonly address: string;
  /** The `User-Agent` header. */
  readonly userAgent: string;
  /** How the client names itself and its version, as `name/version`, unchecked; undefined if it does not. */
  app?: string | undefined;
}

/** The client of internal work. */
export const internalClient: Client = { address: '', userAgent: '' };

/** A client that has not logged in. */
export const anonymous: Caller = { scopes: [] };
