/** The paths of the probes. */
export const PROBE_PATHS = { live: '/livez', ready: '/readyz' } as const;
