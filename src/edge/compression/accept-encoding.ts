import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** The content codings of responses, in the order of preference among those a client likes equally. */
export const CODINGS = ['zstd', 'br', 'gzip'] as const;

/** A content coding (RFC 9110, 8.4.1; RFC 7932; RFC 8878). */
export type Coding = (typeof CODINGS)[number];

/** A content coding, or none. */
export type AnyCoding = Coding | 'identity';

const IDENTITY_ONLY: readonly AnyCoding[] = ['identity'];

/** Parsed headers are cached, unless long: clients send few different ones. */
const known = new LRUCache<string, readonly AnyCoding[]>(boundedLru(1_000));
const MAX_KNOWN_LENGTH = 200;

/**
 * Parses `Accept-Encoding` (RFC 9110, 12.5.3). Without the header the result is `identity`, although any coding
 * would be allowed: most such clients cannot decode one.
 * @returns the codings a client accepts, the preferred one first; empty if it accepts none, not even `identity`
 */
export function acceptedCodings(header: string | undefined): readonly AnyCoding[] {
  if (header === undefined) return IDENTITY_ONLY;
  let accepted = known.get(header);
  if (!accepted) {
    accepted = read(header);
    if (header.length <= MAX_KNOWN_LENGTH) known.set(header, accepted);
  }
  return accepted;
}

function read(header: string): readonly AnyCoding[] {
  // `x-gzip` is an alias of `gzip` (RFC 9110, 8.4.1.3).
  const accepted = new Negotiator({ headers: { 'accept-encoding': header.replaceAll(/\bx-gzip\b/gi, 'gzip') } });
  return accepted.encodings([...CODINGS, 'identity'], { preferred: [...CODINGS] });
}
