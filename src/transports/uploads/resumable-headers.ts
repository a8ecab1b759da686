import type { IncomingHttpHeaders } from 'node:http';
import { type NewUpload, offsetOf, type UploadRecord } from '#gateway/files/uploads/upload-record';
import { GatewayError } from '#libs/errors';
import { badHeader, bytesIn, declaredType, digestIn, nameIn } from './upload-headers.ts';

/**
 * The interop versions of draft-ietf-httpbis-resumable-upload that are spoken: 6 of drafts 04 and 05, which tus-js-client speaks,
 * to 8 of drafts 09 and later.
 */
const VERSIONS = ['6', '7', '8'];

const FIELD = 'Upload-Draft-Interop-Version';

/**
 * The interop version of a request; undefined without one: the client then cannot expect 104.
 * @throws {GatewayError} BAD_REQUEST for another version, with the newest one in the header
 */
export function interopVersion(headers: IncomingHttpHeaders): string | undefined {
  const given = headers[FIELD.toLowerCase()] as string | undefined;
  if (given === undefined || VERSIONS.includes(given)) return given;
  const message = `Must be one of: ${VERSIONS.join(', ')}`;
  throw new GatewayError('BAD_REQUEST', {
    detail: `${FIELD}: ${message}.`,
    errors: [{ field: FIELD, message }],
    headers: { [FIELD.toLowerCase()]: VERSIONS.at(-1)! },
  });
}

/** A boolean of Structured Fields (RFC 9651); undefined without the header. @throws {GatewayError} BAD_REQUEST */
export function completeIn({ 'upload-complete': given }: IncomingHttpHeaders): boolean | undefined {
  if (given === undefined) return undefined;
  if (given === '?0' || given === '?1') return given === '?1';
  throw badHeader('Upload-Complete', 'Must be ?0 or ?1');
}

/**
 * The upload that a request creates.
 * @param endLength the length of the file if the body is all of it; undefined if it is not, or its size is unknown
 * @throws {GatewayError} BAD_REQUEST
 */
export function newUploadIn(headers: IncomingHttpHeaders, endLength: number | undefined): NewUpload {
  const length = bytesIn(headers, 'Upload-Length') ?? endLength;
  const digest = digestIn(headers, 'Repr-Digest');
  return {
    length,
    name: nameIn(headers),
    type: declaredType('Content-Type', headers['content-type']),
    sha256: digest?.algorithm === 'sha256' ? digest.value.toString('hex') : undefined,
  };
}

/** `Upload-Limit`: what an upload may have, and how long it may take. */
export const limitOf = (maxBytes: number, expiresAt?: number): string => {
  const seconds = expiresAt === undefined ? undefined : Math.max(0, Math.floor((expiresAt - Date.now()) / 1_000));
  // Version 6 calls the lifetime `expires`.
  return [
    `max-size=${maxBytes}`,
    ...(seconds === undefined ? [] : [`max-age=${seconds}`, `expires=${seconds}`]),
  ].join(', ');
};

/** The headers of an upload's state. */
export const stateHeaders = (record: UploadRecord, maxBytes: number): Record<string, string> => ({
  'upload-offset': `${record.keptAs === undefined ? offsetOf(record) : record.length!}`,
  'upload-complete': record.isComplete ? '?1' : '?0',
  ...(record.length !== undefined && { 'upload-length': `${record.length}` }),
  'upload-limit': limitOf(maxBytes, record.expiresAt),
});
