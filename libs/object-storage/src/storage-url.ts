import { resolve } from 'node:path';

/** A folder of this machine, or one that several machines mount. */
export interface FolderLocation {
  kind: 'file';
  /** An absolute path. */
  folder: string;
}

/** A bucket of an S3-compatible storage. */
export interface BucketLocation {
  kind: 's3';
  bucket: string;
  /** Before every key; empty, or ends with `/`. */
  prefix: string;
  region: string;
  /** The address of a storage other than AWS; undefined for AWS. */
  endpoint?: string;
}

/** Where objects are stored. */
export type StorageLocation = FolderLocation | BucketLocation;

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^(?:[A-Za-z0-9_-]+\/)*$/;
const REGION = /^[a-z0-9-]{1,40}$/;
const PARAMETERS = new Set(['region', 'endpoint']);

/**
 * Parses `file:` with a path, or `s3://bucket/prefix?region=…&endpoint=http://host:port`.
 * @returns undefined if it is neither
 */
export function parseStorageUrl(text: string): StorageLocation | undefined {
  if (text.startsWith('file:')) {
    const path = text.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
    return path && !path.startsWith('//') && !path.includes('\0')
      ? { kind: 'file', folder: resolve(path) }
      : undefined;
  }
  if (!text.startsWith('s3://') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const prefix = url.pathname.replace(/^\//, '').replace(/([^/])$/, '$1/');
  const region = url.searchParams.get('region') ?? 'us-east-1';
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  const isPlain =
    !url.username && !url.port && !url.hash && [...url.searchParams.keys()].every((name) => PARAMETERS.has(name));
  if (!isPlain || !BUCKET.test(url.hostname) || !PREFIX.test(prefix) || !REGION.test(region)) return undefined;
  if (endpoint !== undefined && !isEndpoint(endpoint)) return undefined;
  return { kind: 's3', bucket: url.hostname, prefix, region, ...(endpoint && { endpoint }) };
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !search && !hash;
}
