import type { IncomingHttpHeaders } from 'node:http';
import { mediaTypeIn } from '#gateway/files/uploads/media-type';
import type { Digest } from '#gateway/files/uploads/part-receiver';
import type { NewUpload, UploadRecord } from '#gateway/files/uploads/upload-record';
import { offsetOf } from '#gateway/files/uploads/upload-record';
import { GatewayError } from '#libs/errors';
import { badHeader, bytesIn } from './upload-headers.ts';

/** The version of tus. */
export const TUS_VERSION = '1.0.0';

/** What the server supports beside the core protocol. */
export const EXTENSIONS =
  'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,concatenation';

const CHECKSUMS: Record<string, [Digest['algorithm'], bytes: number]> = {
  sha1: ['sha1', 20],
  sha256: ['sha256', 32],
  sha512: ['sha512', 64],
};

/** The algorithms of `Upload-Checksum`. */
export const CHECKSUM_ALGORITHMS = Object.keys(CHECKSUMS).join(',');

const MAX_METADATA_LENGTH = 4_096;
const PAIR = /^([\x21-\x2b\x2d-\x7e]{1,100})(?: ([A-Za-z0-9+/]*={0,2}))?$/;
const FINAL = /^final;(.+)$/;

/** Refuses another version of tus, and a request without one. @throws {GatewayError} PRECONDITION_FAILED */
export function requireVersion(headers: IncomingHttpHeaders): void {
  if (headers['tus-resumable'] === TUS_VERSION) return;
  throw new GatewayError('PRECONDITION_FAILED', {
    detail: 'The only supported version of tus is 1.0.0.',
    errors: [{ field: 'Tus-Resumable', message: `Must be ${TUS_VERSION}` }],
    headers: { 'tus-version': TUS_VERSION },
  });
}

/** The upload that a `POST` describes. @throws {GatewayError} BAD_REQUEST */
export function newUploadIn(headers: IncomingHttpHeaders): NewUpload {
  const metadata = header(headers, 'upload-metadata');
  const concat = header(headers, 'upload-concat');
  const pairs = metadataIn(metadata);
  if (concat !== undefined && concat !== 'partial' && !FINAL.test(concat))
    throw badHeader('Upload-Concat', 'Must be partial, or final; with URLs');
  return {
    length: FINAL.test(concat ?? '') ? undefined : lengthIn(headers),
    name: pairs.get('filename') ?? pairs.get('name'),
    // Values are of the client's own making: pickers of React Native call a picture `image`.
    type: mediaTypeIn(pairs.get('filetype') ?? pairs.get('type') ?? ''),
    isPart: concat === 'partial',
    echo: { metadata, concat },
  };
}

/** The ids of the uploads that a `POST` concatenates; undefined if it does not. @throws {GatewayError} BAD_REQUEST */
export function concatenatedIds(headers: IncomingHttpHeaders): string[] | undefined {
  const urls = FINAL.exec(header(headers, 'upload-concat') ?? '')?.[1];
  return urls
    ?.trim()
    .split(/ +/)
    .map((url) => {
      const id = /^(?:https?:\/\/[^/]+)?\/v1\/uploads\/tus\/([\w-]+)$/.exec(url)?.[1];
      if (!id) throw badHeader('Upload-Concat', 'Must name uploads by the URLs that Location had');
      return id;
    });
}

/** The hash of `Upload-Checksum`; undefined for none. @throws {GatewayError} BAD_REQUEST */
export function checksumIn(headers: IncomingHttpHeaders): Digest | undefined {
  const given = header(headers, 'upload-checksum');
  if (given === undefined) return undefined;
  const [, name = '', text = ''] = /^(\w+) ([A-Za-z0-9+/]+={0,2})$/.exec(given) ?? [];
  if (!Object.hasOwn(CHECKSUMS, name))
    throw badHeader('Upload-Checksum', `Must be one of ${CHECKSUM_ALGORITHMS}, in base64`);
  const [algorithm, bytes] = CHECKSUMS[name]!;
  const value = Buffer.from(text, 'base64');
  if (value.length !== bytes) throw badHeader('Upload-Checksum', `Must have ${bytes} bytes`);
  return { algorithm, value };
}

/** The headers of an upload's state. */
export function stateHeaders(record: UploadRecord): Record<string, string> {
  const { length, echo = {} } = record;
  return {
    'upload-offset': `${record.keptAs === undefined ? offsetOf(record) : length!}`,
    ...(length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': `${length}` }),
    ...(echo.metadata !== undefined && { 'upload-metadata': echo.metadata }),
    ...(echo.concat !== undefined && { 'upload-concat': echo.concat }),
    'upload-expires': new Date(record.expiresAt).toUTCString(),
  };
}

function lengthIn(headers: IncomingHttpHeaders): number | undefined {
  const length = bytesIn(headers, 'Upload-Length');
  const isDeferred = header(headers, 'upload-defer-length');
  if (isDeferred !== undefined && isDeferred !== '1') throw badHeader('Upload-Defer-Length', 'Must be 1');
  if ((length === undefined) === (isDeferred === undefined))
    throw badHeader('Upload-Length', 'Must be given, or Upload-Defer-Length, and not both');
  return length;
}

function metadataIn(text: string | undefined): Map<string, string> {
  const metadata = new Map<string, string>();
  if (!text) return metadata;
  if (text.length > MAX_METADATA_LENGTH)
    throw badHeader('Upload-Metadata', `Must have at most ${MAX_METADATA_LENGTH} characters`);
  const pairs = text.split(',').map((pair) => pair.trim());
  // Empty elements of a list count for nothing (RFC 9110, section 5.6.1.2).
  for (const pair of pairs.filter(Boolean)) {
    const [, key, value = ''] = PAIR.exec(pair) ?? [];
    if (!key || metadata.has(key))
      throw badHeader('Upload-Metadata', 'Must be keys, each once, with values in base64');
    metadata.set(key, Buffer.from(value, 'base64').toString('utf8'));
  }
  return metadata;
}

const header = (headers: IncomingHttpHeaders, name: string): string | undefined =>
  headers[name] as string | undefined;
