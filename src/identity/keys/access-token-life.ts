/** The lifetime of an access token, in seconds. */
export const ACCESS_TOKEN_SECONDS = 900;

/** How much the clocks of two gateways may differ, in seconds. */
export const CLOCK_SKEW_SECONDS = 60;
