import type { IncomingHttpHeaders } from 'node:http';
import { parseEntityTags, type TagCondition } from '#libs/entity-tags';
import { Problem } from '#libs/service';

/** The versions of a user that a change applies to; any if both are left out. */
export interface Precondition {
  /** One of these; an empty list matches no version. */
  in?: readonly number[];
  /** None of these. */
  notIn?: readonly number[];
}

/** An entity tag of a user; more digits than the column can hold match no version. */
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
    // A weak tag matches nothing (RFC 9110, 13.1.1): a similar representation does not justify an overwrite.
    ...(Array.isArray(match) && { in: versionsOf(match.filter(({ isWeak }) => !isWeak)) }),
    ...(noneMatch && { notIn: versionsOf(noneMatch) }),
  };
}

/** Whether a version satisfies a precondition. */
export const fits = (version: number, { in: expected, notIn }: Precondition): boolean =>
  (expected?.includes(version) ?? true) && !notIn?.includes(version);

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
