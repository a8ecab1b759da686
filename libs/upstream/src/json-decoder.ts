/** A JSON MIME type (WHATWG MIME Sniffing, 4.6): some frameworks write `text/json`. */
const JSON_TYPE = /^(?:(?:application|text)\/json|[\w.!#$&^-]+\/[\w.!#$&^+-]+\+json)\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

const utf8 = (body: Buffer): string => body.toString('utf8');

/**
 * How JSON of a content type is decoded: as UTF-8 (RFC 8259, 8.1) unless it names another charset, as servlets do that leave it
 * to their container (ISO-8859-1).
 * @param type the header, in a list if it was sent twice
 * @returns undefined if it is not JSON, or its charset is unknown
 */
export function jsonDecoder(type: string | string[] | undefined): ((body: Buffer) => string) | undefined {
  const types = [type].flat().map(String);
  if (!types.every((one) => JSON_TYPE.test(one))) return undefined;
  const charset = CHARSET.exec(types[0]!)?.[1];
  if (!charset || /^utf-?8$/i.test(charset)) return utf8;
  try {
    const decoder = new TextDecoder(charset);
    return (body) => decoder.decode(body);
  } catch {
    return undefined;
  }
}
