/** An entity tag of a conditional request (RFC 9110, 8.8.3). */
export interface EntityTag {
  /** The opaque tag with its quotes, without `W/`. */
  readonly tag: string;
  readonly isWeak: boolean;
}

/** The value of `If-Match` or `If-None-Match`: any representation, or a list of tags. */
export type TagCondition = '*' | readonly EntityTag[];

/** A member of a list, with the following comma or the end. A tag may contain commas, but no quotes. */
const MEMBER = /[\t ]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[\t ]*)?(?:,|$)/y;

/**
 * Parses `If-Match` or `If-None-Match` (RFC 9110, 13.1). Empty members of a list are ignored (5.6.1).
 * @returns undefined unless it is `*` or a list with at least one entity tag
 */
export function parseEntityTags(header: string): TagCondition | undefined {
  if (header.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  MEMBER.lastIndex = 0;
  while (MEMBER.lastIndex < header.length) {
    const member = MEMBER.exec(header);
    if (!member) return undefined;
    const [, weak, tag] = member;
    if (tag) tags.push({ tag, isWeak: weak !== undefined });
  }
  return tags.length ? tags : undefined;
}

/**
 * Whether a request with this `If-Match` is for the representation with this tag: the comparison is strong (RFC 9110,
 * 13.1.1). A malformed header is ignored.
 */
export function isForRepresentation(ifMatch: string | undefined, etag: string): boolean {
  if (ifMatch === undefined) return true;
  const expected = parseEntityTags(ifMatch);
  return expected === undefined || expected === '*' || expected.some(({ tag, isWeak }) => !isWeak && tag === etag);
}

/**
 * Whether a client that sends this `If-None-Match` has the representation with this tag: the comparison is weak (RFC
 * 9110, 13.1.2). A malformed header is ignored, so the client receives the whole response.
 */
export function hasRepresentation(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  const known = parseEntityTags(ifNoneMatch);
  return known === '*' || (known?.some(({ tag }) => tag === etag) ?? false);
}
