/**
 * Codes that features add to the catalogue: a feature merges its own in, beside its call of `defineErrors`.
 * Empty here, so that the gateway compiles without any feature.
 */
export interface FeatureErrors {}

/** Extension members of a problem (RFC 9457, section 3.2) that features add, merged in the same way. */
export interface ProblemMembers {}
