/** The caller on whose behalf a service is called. */
export interface InternalCaller {
  /** The user's id; undefined for an anonymous client. */
  id?: string;
  scopes: readonly string[];
}

/** The issuer of tokens: the gateway. */
export const ISSUER = 'atrium-gateway';

/** The lifetime of a token, in seconds. */
export const LIFETIME_SECONDS = 60;

/** How far the clocks of the gateway and of services may be apart, in seconds. */
export const CLOCK_SKEW_SECONDS = 60;
