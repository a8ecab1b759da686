import { type Context, PerContext } from '#libs/upstream';

const answered = new PerContext<{ version?: string }>(() => ({}));

/** The versions that may become part of an entity tag. */
const VERSION = /^[A-Za-z0-9_-]{1,64}$/;

/** The entity tag of a versioned resource: the version, then a digest of the representation. */
const VERSIONED_TAG = /^"v([A-Za-z0-9_-]{1,64})\./;

/** Records the version of the resource that a response carries. */
export function noteVersion(context: Context, version: unknown): void {
  if (typeof version === 'string' && VERSION.test(version)) answered.of(context).version = version;
}

/** The version of the resource in the response; undefined if it has none. */
export const versionOf = (context: Context): string | undefined => answered.known(context)?.version;

/** A strong entity tag (RFC 9110, 8.8.3), with its quotes. @param digest of the representation */
export const entityTag = (digest: string, version?: string): string =>
  version === undefined ? `"${digest}"` : `"v${version}.${digest}"`;

/** The version in an entity tag of this gateway; undefined for a foreign tag. */
export const versionIn = (tag: string): string | undefined => VERSIONED_TAG.exec(tag)?.[1];
