/**
 * Codes that features add to the catalogue, by declaration merging beside their call of `defineErrors`. Empty here, so
 * that the gateway compiles without features.
 */
export interface FeatureErrors {}

/** Reasons for a 429 or a 503 that features add, likewise beside their call of `defineRefusalSources`. */
export interface FeatureRefusalSources {}

/** The announced end of an operation: dates in UTC, and the URL of a page. */
export interface AnnouncedEnd {
  /** Since when clients are told. */
  since: string;
  /** The day from which it is gone, or may be. */
  sunset?: string;
  /** What users of it can do. */
  link?: string;
}

/** Extension members of a problem (RFC 9457, section 3.2); features add more, also by declaration merging. */
export interface ProblemMembers {
  /** Of what has ended: what the headers `Deprecation`, `Sunset` and `Link` have, for transports without headers. */
  deprecation?: AnnouncedEnd;
}
