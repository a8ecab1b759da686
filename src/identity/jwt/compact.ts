/** The decoded header and payload of a signed JWT. */
export interface Compact {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

/** The maximum length of a token, in characters. */
export const MAX_LENGTH = 8_192;

/**
 * Canonical base64url (RFC 7515, section 2): no padding, no other characters, and zero bits at the end. Otherwise one token
 * could be written in two ways, which caches and revocation lists would treat as two tokens.
 */
const CANONICAL = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?';
const TOKEN = new RegExp(`^(${CANONICAL})\\.(${CANONICAL})\\.(${CANONICAL})$`);

/** The three encoded parts of a signed JWT; undefined if it is malformed. */
export function segmentsOf(token: string): [header: string, payload: string, signature: string] | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const [, header, payload, signature] = TOKEN.exec(token) ?? [];
  return header && payload && signature ? [header, payload, signature] : undefined;
}

/** Decodes a JWT without verifying it; undefined if it is malformed. */
export function compactIn(token: string): Compact | undefined {
  const segments = segmentsOf(token);
  if (!segments) return undefined;
  try {
    const [first, second] = [objectIn(segments[0]), objectIn(segments[1])];
    return first && second && { header: first, payload: second };
  } catch {
    return undefined;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The JSON object in a part of a JWT; undefined for other JSON. @throws {Error} if it is not JSON in UTF-8 */
export function objectIn(part: string): Record<string, unknown> | undefined {
  const value: unknown = JSON.parse(strict.decode(Buffer.from(part, 'base64url')));
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}
