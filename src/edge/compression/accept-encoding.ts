import { atMost } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** The content codings that answers come in, those first that are sent where a client likes them equally. */
export const CODINGS = ['zstd', 'br', 'gzip'] as const;

/** A content coding (RFC 9110, 8.4.1; RFC 7932; RFC 8878). */
export type Coding = (typeof CODINGS)[number];

/** A coding, or none. */
export type AnyCoding = Coding | 'identity';

const IDENTITY_ONLY: readonly AnyCoding[] = ['identity'];

/** Clients send few different headers: what was read is kept, unless it is long. */
const known = new LRUCache<string, readonly AnyCoding[]>(atMost(1_000));
const MAX_KNOWN_LENGTH = 200;

/**
 * Reads `Accept-Encoding` (RFC 9110, 12.5.3). Without the header nothing is coded, although anything would be acceptable:
 * such clients seldom can read it.
 * @returns the codings a client accepts, the one to send first; empty where it accepts none, not even `identity`
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
  // The same, by its old name (RFC 9110, 8.4.1.3).
  const accepted = new Negotiator({ headers: { 'accept-encoding': header.replaceAll(/\bx-gzip\b/gi, 'gzip') } });
  return accepted.encodings([...CODINGS, 'identity'], { preferred: [...CODINGS] });
}
