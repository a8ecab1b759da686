import { objectIn, segmentsOf } from '#gateway/identity/jwt/compact';
import { InvalidProof } from './invalid-proof.ts';
import { ProofKey } from './proof-key.ts';

/** The maximum age of a proof, in seconds; one from the future is accepted within the clock skew. */
const MAX_AGE_SECONDS = 60;
const LEEWAY_SECONDS = 30;
/** How long the id of a proof must be stored to detect replays, in milliseconds. */
export const PROOF_LIFE_MS = (MAX_AGE_SECONDS + LEEWAY_SECONDS + 1) * 1000;

const MAX_ID_LENGTH = 512;

/** What a proof must match. */
export interface ProofTarget {
  method: string;
  /** The URLs that name the request; queries are ignored. */
  urls: readonly string[];
  /** The SHA-256 of the access token in the request, in base64url; undefined without a token. */
  tokenHash?: string | undefined;
}

/** A valid proof, not yet checked for replay. */
export interface Proof {
  /** The thumbprint of its key. */
  thumbprint: string;
  /** Its id, unique for its key. */
  id: string;
  /** The nonce that the gateway issued to its client. */
  nonce: unknown;
}

/** Verifies a DPoP proof (RFC 9449, section 4.3), except for its nonce and for replays. @throws {InvalidProof} */
export function proofIn(header: unknown, { method, urls, tokenHash }: ProofTarget): Proof {
  // Node joins repeated headers of one name with commas.
  const segments = typeof header === 'string' ? segmentsOf(header) : undefined;
  if (!segments) throw new InvalidProof('there must be exactly one proof, a JWT');
  const [head, body, signature] = segments;
  const claims = parsed(body);
  const key = ProofKey.of(head, parsed);
  const { htm, htu, iat, jti, ath, nonce } = claims;
  if (htm !== method) throw new InvalidProof('htm does not match the method');
  if (!urls.some((url) => isSame(htu, url))) throw new InvalidProof('htu does not match the URL');
  const ageSeconds = Date.now() / 1000 - (typeof iat === 'number' ? iat : NaN);
  if (!(ageSeconds < MAX_AGE_SECONDS + 1 && ageSeconds > -LEEWAY_SECONDS))
    throw new InvalidProof('iat is too old or in the future');
  if (typeof jti !== 'string' || !jti || jti.length > MAX_ID_LENGTH) throw new InvalidProof('jti is missing');
  if (tokenHash !== undefined && ath !== tokenHash) throw new InvalidProof('ath does not match the token');
  if (!key.hasSigned(`${head}.${body}`, Buffer.from(signature, 'base64url')))
    throw new InvalidProof('the signature does not match jwk');
  return { thumbprint: key.thumbprint, id: jti, nonce };
}

function parsed(segment: string): Record<string, unknown> {
  try {
    const found = objectIn(segment);
    if (found) return found;
  } catch {
    // The error is thrown below.
  }
  throw new InvalidProof('the proof is malformed');
}

/** Whether two URLs are equal, without query and fragment (RFC 9449, section 4.3, and RFC 3986, section 6.2). */
function isSame(htu: unknown, url: string): boolean {
  if (htu === url) return true;
  return typeof htu === 'string' && normalized(htu) === normalized(url);
}

/** Returns undefined unless it is an HTTP or WebSocket URL, whose handshake is an HTTP request (RFC 6455, section 1.3). */
function normalized(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, username, password, host, pathname } = new URL(address);
  const scheme = { 'https:': 'https', 'http:': 'http', 'wss:': 'https', 'ws:': 'http' }[protocol];
  if (!scheme || username || password) return undefined;
  const path = pathname.replaceAll(/%[\da-f]{2}/gi, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : triplet.toUpperCase();
  });
  return `${scheme}://${host}${path}`;
}
