import type { IncomingHttpHeaders } from 'node:http';
import { inUtf8 } from '#gateway/edge/headers/in-utf8';
import { mediaTypeIn } from '#gateway/files/uploads/media-type';
import type { Digest } from '#gateway/files/uploads/part-receiver';
import { GatewayError } from '#libs/errors';
import { parse } from 'content-disposition';

/** The error for a header that is missing or malformed. */
export function badHeader(field: string, message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', { detail: `${field}: ${message}.`, errors: [{ field, message }] });
}

/** A header with a whole number of bytes; undefined without it. @throws {GatewayError} BAD_REQUEST */
export function bytesIn(headers: IncomingHttpHeaders, name: string): number | undefined {
  const given = headers[name.toLowerCase()];
  if (given === undefined) return undefined;
  const value = /^\d{1,15}$/.test(String(given)) ? Number(given) : NaN;
  if (Number.isNaN(value)) throw badHeader(name, 'Must be a whole number of bytes');
  return value;
}

/** The size of a body by `Content-Length`; undefined if it is chunked. */
export const contentLengthOf = (headers: IncomingHttpHeaders): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

/** A declared media type; undefined for none. @throws {GatewayError} BAD_REQUEST if it is malformed */
export function declaredType(field: string, given: string | undefined): string | undefined {
  if (given === undefined || given === '') return undefined;
  const type = mediaTypeIn(given);
  if (type === undefined) throw badHeader(field, 'Must be a media type');
  return type;
}

/** The file name of `Content-Disposition` (RFC 6266); undefined for none, and for a malformed one. */
export const nameIn = ({ 'content-disposition': given }: IncomingHttpHeaders): string | undefined =>
  given === undefined ? undefined : parse(inUtf8(String(given))).parameters['filename'];

const ALGORITHMS = { 'sha-256': ['sha256', 32], 'sha-512': ['sha512', 64] } as const;
/** A member with its parameters, which no hash has: they are ignored (RFC 9651, section 3.1.2). */
const MEMBER = /^([a-z0-9-]+)=:([A-Za-z0-9+/]*={0,2}):(?:; *[a-z*][\w.*-]*(?:=[!-:<-~]+)?)*$/;

/**
 * A hash of `Content-Digest` or `Repr-Digest` (RFC 9530); undefined if there is none of a known algorithm.
 * @throws {GatewayError} BAD_REQUEST if it is malformed
 */
export function digestIn(
  headers: IncomingHttpHeaders,
  name: 'Content-Digest' | 'Repr-Digest',
): Digest | undefined {
  const given = headers[name.toLowerCase()];
  if (given === undefined) return undefined;
  const members = String(given)
    .split(',')
    .map((one) => MEMBER.exec(one.trim()));
  if (members.some((one) => !one)) throw badHeader(name, 'Must be a dictionary of hashes, as sha-256=:…:');
  for (const [, algorithm, text] of members as RegExpExecArray[]) {
    if (!Object.hasOwn(ALGORITHMS, algorithm!)) continue;
    const [known, bytes] = ALGORITHMS[algorithm as keyof typeof ALGORITHMS];
    const value = Buffer.from(text!, 'base64');
    if (value.length !== bytes) throw badHeader(name, `Must have ${bytes} bytes for ${algorithm}`);
    return { algorithm: known, value };
  }
  return undefined;
}
