/** The two readable parts of a signed JWT. */
export interface Compact {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

/** Longer is no token of anybody's, in characters. */
export const MAX_LENGTH = 8_192;

/**
 * Base64url as it is written (RFC 7515, section 2): no padding, no other characters, and the bits that are left over at
 * the end are zero. A token that can be written in two ways is two tokens to whatever remembers it.
 */
const CANONICAL = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?';
const TOKEN = new RegExp(`^(${CANONICAL})\\.(${CANONICAL})\\.(${CANONICAL})$`);

/** The three parts of a signed JWT, as they are written; undefined for what is none. */
export function segmentsOf(token: string): [header: string, payload: string, signature: string] | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const [, header, payload, signature] = TOKEN.exec(token) ?? [];
  return header && payload && signature ? [header, payload, signature] : undefined;
}

/** Reads a JWT of three parts, without believing it; undefined for what is none. */
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

/** The JSON object in a part of a JWT; undefined for other JSON. @throws where it is no JSON in UTF-8 */
export function objectIn(part: string): Record<string, unknown> | undefined {
  const value: unknown = JSON.parse(strict.decode(Buffer.from(part, 'base64url')));
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}
