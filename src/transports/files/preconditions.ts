import type { IncomingHttpHeaders } from 'node:http';
import { hasRepresentation, isForRepresentation } from '#libs/entity-tags';
import { parseHttpDate } from '#libs/errors';
import type { StoredObject } from '#libs/object-storage';

/** The validators of a file. */
export type Validators = Pick<StoredObject, 'etag' | 'modifiedAt'>;

/**
 * Evaluates the conditions of a GET or HEAD in the order of RFC 9110, section 13.2.2.
 * @returns the status to answer with: 412, 304, or 200 to go on
 */
export function conditionStatus(headers: IncomingHttpHeaders, { etag, modifiedAt }: Validators): 200 | 304 | 412 {
  const modified = toSeconds(modifiedAt.getTime());
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined) {
    if (!isForRepresentation(ifMatch, etag)) return 412;
  } else if (modified > (secondsIn(headers['if-unmodified-since']) ?? Infinity)) return 412;
  if (ifNoneMatch !== undefined) return hasRepresentation(ifNoneMatch, etag) ? 304 : 200;
  return modified <= (secondsIn(headers['if-modified-since']) ?? -Infinity) ? 304 : 200;
}

/** Whether `Range` applies: `If-Range` is absent, or names exactly this file (RFC 9110, section 13.1.5). */
export function isRangeOf(ifRange: string | undefined, { etag, modifiedAt }: Validators): boolean {
  if (ifRange === undefined) return true;
  const given = ifRange.trim();
  return given.includes('"') ? given === etag : secondsIn(given) === toSeconds(modifiedAt.getTime());
}

function secondsIn(header: string | undefined): number | undefined {
  const ms = header === undefined ? undefined : parseHttpDate(header.trim());
  return ms === undefined ? undefined : toSeconds(ms);
}

const toSeconds = (ms: number): number => Math.floor(ms / 1_000);
