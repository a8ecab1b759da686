import type { IncomingHttpHeaders } from 'node:http';
import { hasRepresentation, isForRepresentation } from '#libs/entity-tags';
import { acceptedCodings, type AnyCoding } from './accept-encoding.ts';

/**
 * The entity tag of a representation in a coding: a strong tag names bytes, so each coding has one of its own (RFC 9110,
 * 8.8.3.3). A weak one stays as it is.
 */
export function codedTag(etag: string, coding: AnyCoding): string {
  return coding === 'identity' || etag.startsWith('W/') ? etag : `${etag.slice(0, -1)}-${coding}"`;
}

/**
 * The tag by which a client says in `If-None-Match` that it has a representation, in one of the codings that it accepts;
 * undefined where it does not. One in a coding that it does not accept does not count: a cache asks on behalf of others, and
 * would give them what it is told it has (RFC 9111, 4.3.4).
 * @param etag of the representation without a coding
 */
export function heldTag(headers: IncomingHttpHeaders, etag: string): string | undefined {
  const known = headers['if-none-match'];
  return known === undefined ? undefined : tagsFor(headers, etag).find((tag) => hasRepresentation(known, tag));
}

/**
 * Whether a request is for a representation, in one of the codings that its client accepts, by its `If-Match`.
 * @param etag of the representation without a coding
 */
export function isForTag(headers: IncomingHttpHeaders, etag: string): boolean {
  const wanted = headers['if-match'];
  return wanted === undefined || tagsFor(headers, etag).some((tag) => isForRepresentation(wanted, tag));
}

/** The tags in the codings that a client accepts, first that of the one it would be sent. */
const tagsFor = (headers: IncomingHttpHeaders, etag: string): string[] =>
  acceptedCodings(headers['accept-encoding']).map((coding) => codedTag(etag, coding));
