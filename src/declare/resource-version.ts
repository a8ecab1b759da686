import { type Context, PerContext } from '#libs/upstream';

const answered = new PerContext<{ version?: string }>(() => ({}));

/** What a version may be made of to be part of an entity tag. */
const VERSION = /^[A-Za-z0-9_-]{1,64}$/;

/** The tag of a representation of a versioned resource: the version, then what tells its representations apart. */
const VERSIONED_TAG = /^"v([A-Za-z0-9_-]{1,64})\./;

/** Notes which version of its resource a request is answered with. */
export function noteVersion(context: Context, version: unknown): void {
  if (typeof version === 'string' && VERSION.test(version)) answered.of(context).version = version;
}

/** The version of its resource that a request is answered with; undefined where that has none. */
export const versionOf = (context: Context): string | undefined => answered.known(context)?.version;

/** A strong entity tag (RFC 9110, 8.8.3), with its quotes. @param digest of the representation */
export const entityTag = (digest: string, version?: string): string =>
  version === undefined ? `"${digest}"` : `"v${version}.${digest}"`;

/** The version in a tag of ours, whichever representation it is of; undefined in another. */
export const versionIn = (tag: string): string | undefined => VERSIONED_TAG.exec(tag)?.[1];
