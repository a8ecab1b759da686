import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The files that settings were read from. */
export interface FilesRead {
  paths: ReadonlySet<string>;
  /** The same for as long as all of them have the same content. */
  version: string;
}

let reading: { paths: Set<string>; hash: Hash } | undefined;

/** Reads a file that a setting names, and notes it. @throws {NodeJS.ErrnoException} */
export function readSettingsFile(path: string): string {
  reading?.paths.add(path);
  const text = readFileSync(path, 'utf8');
  reading?.hash.update(`${path}\0${text}\0`);
  return text;
}

/** Calls `read`, and returns the files that it has read, also where it throws. */
export function notingFiles<T>(read: () => T): FilesRead & ({ value: T } | { error: unknown }) {
  const noted = { paths: new Set<string>(), hash: createHash('sha256') };
  reading = noted;
  let outcome: { value: T } | { error: unknown };
  try {
    outcome = { value: read() };
  } catch (error) {
    outcome = { error };
  } finally {
    reading = undefined;
  }
  return { ...outcome, paths: noted.paths, version: noted.hash.digest('base64url') };
}
