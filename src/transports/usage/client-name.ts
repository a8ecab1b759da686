/** What counts in the place of a name or version that is missing, malformed, or one too many. */
export const NONE = '_NONE';
const INVALID = '_INVALID';
export const OTHER = '_OTHER';

/**
 * `name/version`: a name of up to 64 characters, which may be that of a package, and a version of up to 32. Neither begins
 * with `_`, so that no client counts as what is counted above.
 */
const PATTERN = /^([A-Za-z0-9@][A-Za-z0-9 ._@/+:()-]{0,63})\/([A-Za-z0-9][A-Za-z0-9 ._+:()-]{0,31})?$/;
const MAX_LENGTH = 98;
/** The most header values whose names are cached. */
const MAX_KNOWN = 500;

/** A client and its version, as it names itself. */
export interface ClientName {
  name: string;
  version: string;
}

/** The keys of clients by what they send: `name/version`. */
export class ClientNames {
  private readonly known = new Map<string, string>();

  /** @param app the raw `name/version` of a request */
  keyOf(app: string | undefined): string {
    if (app === undefined) return `${NONE}/${NONE}`;
    if (app.length > MAX_LENGTH) return `${INVALID}/${INVALID}`;
    let key = this.known.get(app);
    if (key === undefined) {
      if (this.known.size >= MAX_KNOWN) this.known.clear();
      this.known.set(app, (key = keyOf(app)));
    }
    return key;
  }
}

/** The client that a key means. */
export function clientOf(key: string): ClientName {
  const slash = key.lastIndexOf('/');
  return { name: key.slice(0, slash), version: key.slice(slash + 1) };
}

function keyOf(app: string): string {
  const [, name, version = NONE] = PATTERN.exec(app.includes('/') ? app : `${app}/`) ?? [];
  return name === undefined ? `${INVALID}/${INVALID}` : `${name.trimEnd()}/${version.trimEnd()}`;
}
