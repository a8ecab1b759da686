/**
 * One element of `Forwarded` (RFC 7239, section 5): what one proxy reports of the request it received. Missing
 * parameters are undefined.
 */
export interface ForwardedElement {
  for?: string;
  proto?: string;
  host?: string;
}

/**
 * `token=value` with its delimiter; the value is a token or quoted. Addresses with ports are accepted without quotes.
 */
const PAIR = /[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))[ \t]*)?([;,]|$)/y;

/**
 * Parses a `Forwarded` header (RFC 7239, section 4) into one element per hop, the nearest last.
 * @returns undefined if any part is malformed: an unbalanced quote of the client would hide the values that proxies
 *   have added
 */
export function parseForwarded(header: string): ForwardedElement[] | undefined {
  const elements: ForwardedElement[] = [];
  let pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  for (;;) {
    const found = PAIR.exec(header);
    if (!found) return undefined;
    const [, name, quoted, token, end] = found;
    if (name !== undefined) {
      const key = name.toLowerCase();
      if (pairs.has(key)) return undefined;
      pairs.set(key, quoted?.replace(/\\(.)/gs, '$1') ?? token!);
    }
    if (end === ';') continue;
    if (pairs.size) elements.push({ for: pairs.get('for'), proto: pairs.get('proto'), host: pairs.get('host') });
    if (!end) return elements;
    pairs = new Map();
  }
}
