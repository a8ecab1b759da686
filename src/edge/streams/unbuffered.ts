/** The headers of an answer that intermediaries must pass on as it comes. `Incremental` is RFC 10036; nginx only knows the other. */
export const UNBUFFERED = { incremental: '?1', 'x-accel-buffering': 'no' } as const;
