import type { IncomingHttpHeaders } from 'node:http';
import { parseEntityTags, type TagCondition } from '#libs/entity-tags';
import { GatewayError } from '#libs/errors';
import type { Precondition } from '#libs/upstream';
import { versionIn } from './resource-version.ts';

/**
 * Which versions of its resource a write is for, by `If-Match` and `If-None-Match` (RFC 9110, 13.1): the version is in our
 * entity tags, and its service decides. `If-Match` is compared strongly: a weak tag, and one that is none of ours, is of no
 * version.
 * @throws {GatewayError} BAD_REQUEST naming the header that is neither `*` nor a list of entity tags
 */
export function preconditionOf(headers: IncomingHttpHeaders): Precondition {
  const match = conditionIn(headers, 'If-Match');
  const noneMatch = conditionIn(headers, 'If-None-Match');
  const strong = match === '*' ? undefined : match?.filter(({ isWeak }) => !isWeak);
  return {
    ...(strong && { in: versionsOf(strong) }),
    ...(noneMatch && { notIn: noneMatch === '*' ? '*' : versionsOf(noneMatch) }),
  };
}

/** @throws {GatewayError} PRECONDITION_REQUIRED without `If-Match` (RFC 6585, 3) */
export function requireIfMatch(headers: IncomingHttpHeaders): void {
  if (headers['if-match'] !== undefined) return;
  throw new GatewayError('PRECONDITION_REQUIRED', {
    detail: 'Send If-Match with the ETag of what is to be changed.',
  });
}

function conditionIn(headers: IncomingHttpHeaders, field: 'If-Match' | 'If-None-Match'): TagCondition | undefined {
  const header = headers[field.toLowerCase()] as string | undefined;
  if (header === undefined) return undefined;
  const condition = parseEntityTags(header);
  if (condition) return condition;
  const errors = [{ field, message: 'Must be * or a list of entity tags in quotes' }];
  throw new GatewayError('BAD_REQUEST', { detail: `${field} is no list of entity tags.`, errors });
}

const versionsOf = (tags: Exclude<TagCondition, '*'>): string[] => tags.flatMap(({ tag }) => versionIn(tag) ?? []);
