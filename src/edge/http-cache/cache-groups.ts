/** Tags that fit into `Surrogate-Key`, and into a structured-field string without escapes. */
const PLAIN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The value of `Surrogate-Key`: tags, separated by spaces. */
export const surrogateKeys = (tags: Iterable<string>): string => plain(tags).join(' ');

/** The value of `Cache-Groups` or `Cache-Group-Invalidation` (RFC 9875): a list of strings (RFC 9651). */
export const groupList = (tags: Iterable<string>): string =>
  plain(tags)
    .map((tag) => `"${tag}"`)
    .join(', ');

/** Drops tags that no header can carry: a tag may contain an id that a client has chosen. */
const plain = (tags: Iterable<string>): string[] => [...tags].filter((tag) => PLAIN.test(tag));
