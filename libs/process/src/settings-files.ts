import { isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** The files that settings were read from. */
export interface FilesRead {
  paths: ReadonlySet<string>;
  /** Those with secrets that every user of the machine may read, or that others than their owner may write. */
  exposed: ReadonlySet<string>;
  /** The same for as long as all of them have the same content. */
  version: string;
}

let reading: { paths: Set<string>; exposed: Set<string>; hash: Hash } | undefined;

/** A file of settings that is no text in UTF-8, as PowerShell's `>` writes UTF-16. The message follows "cannot be read:". */
class NotTextError extends Error {
  override readonly name = 'NotTextError';
  readonly code = 'it is not text in UTF-8';
}

/** Editors of Windows write it; no setting begins with one. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** How blocks of PEM begin, in files of which it is not known that they are PEM. */
const PEM = '-----BEGIN ';

/** Text, or PEM, which may have comments in any encoding between its blocks. */
type Content = 'text' | 'pem';

/**
 * Reads a file that a setting names, and notes it. A byte order mark at its start is no part of it.
 * @throws {NodeJS.ErrnoException | NotTextError}
 */
export function readSettingsFile(path: string, content: Content = 'text'): string {
  reading?.paths.add(path);
  const bytes = readFileSync(path);
  if (content === 'text' && !bytes.includes(PEM) && (!isUtf8(bytes) || bytes.includes(0)))
    throw new NotTextError(`${path} is not text in UTF-8`);
  const text = bytes.toString('utf8').replace(BYTE_ORDER_MARK, '');
  reading?.hash.update(`${path}\0${text}\0`);
  return text;
}

/** The same for a file with a secret, whose permissions are looked at too. @throws {NodeJS.ErrnoException | NotTextError} */
export function readSecretFile(path: string, content?: Content): string {
  const text = readSettingsFile(path, content);
  if (isExposed(path)) reading?.exposed.add(path);
  return text;
}

/** Read by all, written by the group, written by all. */
const EXPOSED = 0o026;

/** Whether every user may read a file, or others than its owner may write it. @throws {NodeJS.ErrnoException} */
export const isExposed = (path: string): boolean => {
  const { mode } = statSync(path);
  return (mode & EXPOSED) !== 0;
};

/** Calls `read`, and returns the files that it has read, also where it throws. */
export function notingFiles<T>(read: () => T): FilesRead & ({ value: T } | { error: unknown }) {
  const noted = { paths: new Set<string>(), exposed: new Set<string>(), hash: createHash('sha256') };
  const outer = reading;
  reading = noted;
  let outcome: { value: T } | { error: unknown };
  try {
    outcome = { value: read() };
  } catch (error) {
    outcome = { error };
  } finally {
    reading = outer;
  }
  return { ...outcome, paths: noted.paths, exposed: noted.exposed, version: noted.hash.digest('base64url') };
}
