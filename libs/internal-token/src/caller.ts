/** The caller that a service is called for. */
export interface InternalCaller {
  /** The user's id; undefined for a client that has not logged in. */
  id?: string;
  scopes: readonly string[];
}

/** The gateway's name in a token. */
export const ISSUER = 'atrium-gateway';

/** How long a token lives, in seconds. */
export const LIFETIME_SECONDS = 60;
