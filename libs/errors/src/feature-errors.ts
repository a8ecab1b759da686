/**
 * Codes that features add to the catalogue, by declaration merging beside their call of `defineErrors`. Empty here, so
 * that the gateway compiles without features.
 */
export interface FeatureErrors {}

/** Extension members of a problem (RFC 9457, section 3.2) that features add, also by declaration merging. */
export interface ProblemMembers {}
