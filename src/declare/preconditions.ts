import type { IncomingHttpHeaders } from 'node:http';
import { parseEntityTags, type TagCondition } from '#libs/entity-tags';
import { GatewayError, parseHttpDate } from '#libs/errors';
import type { Precondition } from '#libs/upstream';
import { versionIn } from './resource-version.ts';

type ReadVersion = (tag: string) => string | undefined;

/**
 * Parses `If-Match` and `If-None-Match` (RFC 9110, 13.1) into resource versions, which the gateway's entity tags contain;
 * the owner of the resource decides. `If-Match` uses strong comparison: a weak or foreign tag matches no version.
 * @param read the version in an entity tag; undefined for a foreign one
 * @throws {GatewayError} BAD_REQUEST naming a header that is neither `*` nor a list of entity tags
 */
export function preconditionOf(headers: IncomingHttpHeaders, read: ReadVersion = versionIn): Precondition {
  const match = conditionIn(headers, 'If-Match');
  const noneMatch = conditionIn(headers, 'If-None-Match');
  const strong = match === '*' ? undefined : match?.filter(({ isWeak }) => !isWeak);
  return {
    ...(strong && { in: versionsOf(strong, read) }),
    ...(noneMatch && { notIn: noneMatch === '*' ? '*' : versionsOf(noneMatch, read) }),
  };
}

/**
 * Parses the conditions of a file, whose version is its whole entity tag: also `If-Unmodified-Since`, which counts without `If-Match`
 * alone, and is ignored if it is no date (RFC 9110, 13.1.4).
 * @throws {GatewayError} as `preconditionOf`
 */
export function fileConditionOf(headers: IncomingHttpHeaders): Precondition {
  const precondition = preconditionOf(headers, (tag) => tag);
  const { 'if-match': ifMatch, 'if-unmodified-since': since } = headers;
  const unmodifiedSince = ifMatch === undefined && since !== undefined ? parseHttpDate(since.trim()) : undefined;
  return { ...precondition, ...(unmodifiedSince !== undefined && { unmodifiedSince }) };
}

/** Requires `If-Match`. @throws {GatewayError} PRECONDITION_REQUIRED without it (RFC 6585, 3) */
export function requireIfMatch(headers: IncomingHttpHeaders): void {
  if (headers['if-match'] !== undefined) return;
  throw new GatewayError('PRECONDITION_REQUIRED', {
    detail: 'Send If-Match with the ETag of the resource.',
  });
}

function conditionIn(headers: IncomingHttpHeaders, field: 'If-Match' | 'If-None-Match'): TagCondition | undefined {
  const header = headers[field.toLowerCase()] as string | undefined;
  if (header === undefined) return undefined;
  const condition = parseEntityTags(header);
  if (condition) return condition;
  const errors = [{ field, message: 'Must be * or a list of entity tags in quotes' }];
  throw new GatewayError('BAD_REQUEST', { detail: `${field} is not a list of entity tags.`, errors });
}

const versionsOf = (tags: Exclude<TagCondition, '*'>, read: ReadVersion): string[] =>
  tags.flatMap(({ tag }) => read(tag) ?? []);
