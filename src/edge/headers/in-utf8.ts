import { isUtf8 } from 'node:buffer';

/**
 * The text of a header that may be sent in UTF-8: of `Last-Event-ID` (WHATWG HTML, 9.2.4), and by command-line clients of all that
 * people write. Node makes a character of each byte. What is no UTF-8 stays Latin-1.
 */
export function inUtf8(header: string): string {
  if (!BEYOND_ASCII.test(header)) return header;
  const bytes = Buffer.from(header, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : header;
}

const BEYOND_ASCII = /[\x80-\xff]/;
