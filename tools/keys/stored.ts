import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { keysFile } from '#gateway/config/keys-file';
import type { StoredKeys } from './with-next.ts';

const OWNER_ONLY = 0o600;

/** Reads the file of `JWT_KEYS_FILE`. @throws {Error} naming what is wrong in it, without its content */
export function readStored(path: string): StoredKeys {
  const checked = keysFile.safeParse(path);
  if (checked.success) return JSON.parse(readFileSync(path, 'utf8')) as StoredKeys;
  throw new Error(checked.error.issues.map(({ message }) => `${path}: ${message}`).join('\n'));
}

/**
 * Replaces a file of keys by what `change` makes of it, as a whole: who reads it meanwhile has the old or the new one. Owner and mode
 * stay; a new file is readable by its owner alone.
 * @param read reads and checks the file as it is
 * @returns what it was, undefined for no file, and what it is
 * @throws {Error} if another rotation writes it now, or if it is wrong
 */
export function changeStored(
  path: string,
  read: (path: string) => StoredKeys,
  change: (before: StoredKeys | undefined) => StoredKeys,
): [before: StoredKeys | undefined, after: StoredKeys] {
  const target = existsSync(path) ? realpathSync(path) : path;
  const next = `${target}.new`;
  const file = openNew(next);
  try {
    const before = existsSync(target) ? read(target) : undefined;
    const after = change(before);
    writeSync(file, `${JSON.stringify(after, undefined, 2)}\n`);
    fsyncSync(file);
    if (before) keepOwner(target, next);
    renameSync(next, target);
    return [before, after];
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Opens the file that two rotations cannot both create. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx', OWNER_ONLY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new Error(`${path} exists: another rotation is running, or was ended. Remove it then.`);
    throw new Error(`${path} cannot be written: ${code}`);
  }
}

function keepOwner(from: string, to: string): void {
  const { uid, gid, mode } = statSync(from);
  chmodSync(to, mode & 0o777);
  if (uid !== process.getuid?.() || gid !== process.getgid?.()) chownSync(to, uid, gid);
}
