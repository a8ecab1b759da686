import { GatewayError } from '#libs/errors';
import { fileTypeFromBuffer } from 'file-type';

/** How many bytes of a file are looked at. */
export const LOOK_BYTES = 4_100;

const UNKNOWN = 'application/octet-stream';
/** Types without a magic number, which are text. */
const TEXT = /^(?:text\/[\w.+-]+|application\/(?:json|(?:x-)?ndjson|jsonl|(?:x-)?jsonlines|csv|yaml))$/;
/** Other names of types. */
const ALIASES: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'application/x-pdf': 'application/pdf',
  'application/x-zip-compressed': 'application/zip',
  'application/x-gzip': 'application/gzip',
};
const VALID = /^[a-z0-9][\w.+-]{0,60}\/[a-z0-9][\w.+-]{0,60}$/;

/** The essence of a media type, in lower case and by its usual name; undefined if it is malformed. */
export function mediaTypeIn(header: string): string | undefined {
  const essence = header.split(';', 1)[0]!.trim().toLowerCase();
  return VALID.test(essence) ? (ALIASES[essence] ?? essence) : undefined;
}

/**
 * The media type of a file by its first bytes, not by its name. This is a first look: a file may begin like a picture and be none.
 * @param declared the type that the client declared; undefined for none
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE if the file is of another type
 */
export async function mediaTypeOf(head: Buffer, declared: string | undefined): Promise<string> {
  const found = (await fileTypeFromBuffer(head))?.mime;
  if (declared === undefined || declared === UNKNOWN) return found ?? UNKNOWN;
  if (found === declared || (!found && TEXT.test(declared) && isText(head))) return declared;
  const errors = [
    { field: 'Content-Type', message: `Is ${declared}, but the content is ${found ?? 'of no such type'}` },
  ];
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
    detail: 'The file is of another type than declared.',
    errors,
  });
}

/** Whether the bytes are UTF-8 without control characters; the last character may be cut. */
function isText(head: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // oxlint-disable-next-line no-control-regex -- what text has none of
    return !/[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(text);
  } catch {
    return false;
  }
}
