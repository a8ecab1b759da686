import type { IncomingHttpHeaders } from 'node:http';
import { parseEntityTags, type TagCondition } from '#libs/entity-tags';
import { Problem } from '#libs/service';

/** Which versions of a user a change is for. Without either, any. */
export interface Precondition {
  /** One of these: no version is one of an empty list. */
  in?: readonly number[];
  /** None of these. */
  notIn?: readonly number[];
}

/** A tag of ours; more digits than the column can hold are nobody's version. */
const VERSION = /^"([1-9]\d{0,8})"$/;

/**
 * The precondition of a request (RFC 9110, 13.1), for a user that exists.
 * @throws {Problem} BAD_REQUEST for a header that is no list of entity tags
 */
export function preconditionOf(headers: IncomingHttpHeaders): Precondition {
  const match = conditionIn(headers, 'If-Match');
  const noneMatch = conditionIn(headers, 'If-None-Match');
  if (noneMatch === '*') return { in: [] };
  return {
    // A weak tag matches nothing: that its representation is much the same is not enough to write over it.
    ...(Array.isArray(match) && { in: versionsOf(match.filter(({ isWeak }) => !isWeak)) }),
    ...(noneMatch && { notIn: versionsOf(noneMatch) }),
  };
}

/** Whether a version is one that a change is for. */
export const fits = (version: number, { in: wanted, notIn }: Precondition): boolean =>
  (wanted?.includes(version) ?? true) && !notIn?.includes(version);

function conditionIn(headers: IncomingHttpHeaders, name: 'If-Match' | 'If-None-Match'): TagCondition | undefined {
  const header = headers[name.toLowerCase()] as string | undefined;
  if (header === undefined) return undefined;
  const condition = parseEntityTags(header);
  if (!condition)
    throw Problem.of('BAD_REQUEST', undefined, [{ field: name, message: 'must be * or entity tags' }]);
  return condition;
}

const versionsOf = (tags: Exclude<TagCondition, '*'>): number[] =>
  tags.flatMap(({ tag }) => VERSION.exec(tag)?.slice(1).map(Number) ?? []);
