import type { IncomingHttpHeaders } from 'node:http';
import { hasRepresentation, isForRepresentation } from '#libs/entity-tags';
import { acceptedCodings, type AnyCoding } from './accept-encoding.ts';

/**
 * The entity tag of a representation in a coding. A strong tag names exact bytes, so each coding has its own (RFC
 * 9110, 8.8.3.3); a weak one stays as it is.
 */
export function codedTag(etag: string, coding: AnyCoding): string {
  return coding === 'identity' || etag.startsWith('W/') ? etag : `${etag.slice(0, -1)}-${coding}"`;
}

/**
 * The tag in `If-None-Match` that matches a representation in a coding the client accepts; undefined if none does.
 * Tags of other codings do not count: a cache would send its client a coding that it cannot read (RFC 9111,
 * 4.3.4).
 * @param etag of the uncompressed representation
 */
export function heldTag(headers: IncomingHttpHeaders, etag: string): string | undefined {
  const known = headers['if-none-match'];
  return known === undefined ? undefined : tagsFor(headers, etag).find((tag) => hasRepresentation(known, tag));
}

/**
 * Whether `If-Match` is absent, or matches a representation in a coding that the client accepts.
 * @param etag of the uncompressed representation
 */
export function isForTag(headers: IncomingHttpHeaders, etag: string): boolean {
  const expected = headers['if-match'];
  return expected === undefined || tagsFor(headers, etag).some((tag) => isForRepresentation(expected, tag));
}

/** The tags in the accepted codings; that of the preferred coding is the first. */
const tagsFor = (headers: IncomingHttpHeaders, etag: string): string[] =>
  acceptedCodings(headers['accept-encoding']).map((coding) => codedTag(etag, coding));
