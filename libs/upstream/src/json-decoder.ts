import { isUtf8 } from 'node:buffer';

/** JSON MIME types (WHATWG MIME Sniffing, 4.6); some frameworks write `text/json`. */
const TYPE = '(?:(?:application|text)/json|[\\w.!#$&^-]+/[\\w.!#$&^+-]+\\+json)';
/** After a comma: a charset, which hand-written headers have there, or the type once more, where a proxy has joined two headers. */
const JSON_TYPE = new RegExp(`^${TYPE}\\s*(?:;|$|,\\s*(?:charset\\s*=|${TYPE}\\s*(?:[;,]|$)))`, 'i');
const CHARSET = /[;,]\s*charset\s*=\s*["']?([^\s"';,]+)/i;

/** Charsets of one byte a letter: their letters beside ASCII are hardly ever valid UTF-8. Those of GBK or EUC-KR can be, and mean others. */
const SINGLE_BYTE = /^(?:iso-8859|windows-125|us-ascii)/i;

const utf8 = (body: Buffer): string => body.toString('utf8');

/**
 * How JSON of a content type is decoded: as UTF-8 (RFC 8259, 8.1), unless it is none and the type names another charset, as servlets
 * do that leave it to their container (ISO-8859-1). Some name a charset and write UTF-8 all the same.
 * @param type the header, in a list if it was sent twice
 * @returns undefined if it is not JSON
 */
export function jsonDecoder(type: string | string[] | undefined): ((body: Buffer) => string) | undefined {
  const types = [type].flat().map(String);
  if (!types.every((one) => JSON_TYPE.test(one))) return undefined;
  const charset = CHARSET.exec(types[0]!)?.[1];
  const decoder = charset && !/^utf-?8$/i.test(charset) ? decoderOf(charset) : undefined;
  if (!decoder) return utf8;
  if (!SINGLE_BYTE.test(decoder.encoding)) return (body) => decoder.decode(body);
  return (body) => (isUtf8(body) ? utf8(body) : decoder.decode(body));
}

/** Undefined for a charset that does not exist, such as `utf8mb4`. */
function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}
