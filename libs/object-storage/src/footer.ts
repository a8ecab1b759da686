import type { FileHandle } from 'node:fs/promises';

/** What is kept of an object beside its content. */
export interface Footer {
  size: number;
  /** In hex. */
  sha256: string;
  type: string;
  metadata: Record<string, string>;
}

/** A file that is not as it was written, for example after a power failure. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/** The last bytes of a file: the length of the JSON before them, then four letters. */
const END_BYTES = 8;
const LETTERS = 'ATR1';
const MAX_JSON_BYTES = 8_192;

/**
 * The bytes that follow the content in its file. One file holds both, so that one rename publishes both, and a file that was
 * cut short by a power failure is known by its end.
 */
export function footerBytes(footer: Footer): Buffer {
  const json = Buffer.from(JSON.stringify(footer));
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32BE(json.length);
  end.write(LETTERS, 4, 'latin1');
  return Buffer.concat([json, end]);
}

/** Reads the footer of a file. @throws {DamagedFile} */
export async function readFooter(file: FileHandle, fileSize: number): Promise<Footer> {
  const tail = Buffer.alloc(Math.min(fileSize, MAX_JSON_BYTES + END_BYTES));
  await file.read(tail, 0, tail.length, fileSize - tail.length);
  const at = tail.length - END_BYTES;
  const isWhole = at >= 0 && tail.toString('latin1', at + 4) === LETTERS;
  const length = isWhole ? tail.readUInt32BE(at) : Infinity;
  if (length > at) throw new DamagedFile('A stored file is damaged: its end is missing.');
  const footer = JSON.parse(tail.toString('utf8', at - length, at)) as Footer;
  if (footer.size + length + END_BYTES !== fileSize)
    throw new DamagedFile('A stored file is damaged: its size is wrong.');
  return footer;
}
