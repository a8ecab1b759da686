/** What a tag may have in it to be a member of `Surrogate-Key`, and a string of structured fields without an escape. */
const PLAIN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The value of `Surrogate-Key`: tags, separated by spaces. */
export const surrogateKeys = (tags: Iterable<string>): string => plain(tags).join(' ');

/** The value of `Cache-Groups` or `Cache-Group-Invalidation` (RFC 9875): a list of strings (RFC 9651). */
export const groupList = (tags: Iterable<string>): string =>
  plain(tags)
    .map((tag) => `"${tag}"`)
    .join(', ');

/** A tag is made of an id that a client may have chosen: what no header can carry is left out. */
const plain = (tags: Iterable<string>): string[] => [...tags].filter((tag) => PLAIN.test(tag));
