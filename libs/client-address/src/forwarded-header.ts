/** What one proxy says of the request it was sent (RFC 7239, section 5). Undefined is what it does not say. */
export interface ForwardedElement {
  for?: string;
  proto?: string;
  host?: string;
}

/** `token=value`, the value a token or quoted, and what ends it. Addresses with ports are taken without quotes too. */
const PAIR = /[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))[ \t]*)?([;,]|$)/y;

/**
 * Reads a `Forwarded` header (RFC 7239, section 4): an element a hop, the nearest last.
 * @returns undefined where any of it is malformed: an unbalanced quote of the client would swallow what proxies have added
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
