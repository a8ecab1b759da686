import { createHash, randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import {
  constants,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { isConfined } from '#libs/confinement';
import { chunksOf, codeOf, ifThere, isFull, isMissing, onFile } from './file-faults.ts';
import { DamagedFile, type Footer, footerBytes, readFooter } from './footer.ts';
import { checkedKey, checkedMetadata, checkedPrefix } from './keys.ts';
import {
  type ByteRange,
  type ListedObject,
  type NewObject,
  ObjectStorage,
  type Source,
  type StoredObject,
  type WrittenObject,
} from './object-storage.ts';

/** Confined processes may not sync files (Node's permission model refuses it whatever it allows): each write of theirs does. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (isConfined() ? constants.O_SYNC : 0);

const SUFFIX = '.object';
/** Files that are being written; no key has a dot. */
const UNFINISHED = '.unfinished';
const IDENTITY = '.identity';
/** The age from which an unfinished file belongs to a process that was killed, in milliseconds. */
const ABANDONED_MS = 86_400_000;

/** Stores objects as files of a folder, which may be on a network file system that several machines mount. */
export class FileStorage extends ObjectStorage {
  private constructor(
    private readonly folder: string,
    readonly identity: string,
  ) {
    super();
  }

  /** Opens a folder, and creates it if needed. @throws {NodeJS.ErrnoException} if it cannot be written */
  static async open(folder: string): Promise<FileStorage> {
    await mkdir(join(folder, UNFINISHED), { recursive: true, mode: 0o700 });
    const storage = new FileStorage(folder, await identityOf(folder));
    await storage.removeAbandoned();
    return storage;
  }

  async put(key: string, source: Source, { type, metadata }: NewObject): Promise<WrittenObject> {
    const path = this.pathOf(checkedKey(key));
    const unfinished = join(this.folder, UNFINISHED, randomUUID());
    const footer = { size: 0, sha256: '', type, metadata: checkedMetadata(metadata) };
    await onFile(unfinished, async () => {
      try {
        await write(unfinished, source, footer);
        await publish(unfinished, path);
      } catch (error) {
        // Where that fails too, what is left is abandoned, and the first error is the reason.
        await rm(unfinished, { force: true }).catch(() => {});
        throw error;
      }
    });
    return { key, size: footer.size, sha256: footer.sha256 };
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    const path = this.pathOf(checkedKey(key));
    return onFile(path, async () => {
      const file = await opened(path);
      if (!file) return undefined;
      try {
        return await objectIn(key, file);
      } finally {
        await file.close();
      }
    });
  }

  async read(object: StoredObject, range?: ByteRange): Promise<Readable | undefined> {
    const path = this.pathOf(checkedKey(object.key));
    return onFile(path, async () => {
      const file = await opened(path);
      if (!file) return undefined;
      try {
        const { etag, size } = await objectIn(object.key, file);
        if (etag === object.etag && size > 0) {
          const { start, end } = range ?? { start: 0, end: size - 1 };
          return file.createReadStream({ start, end: Math.min(end, size - 1) });
        }
        await file.close();
        return etag === object.etag ? Readable.from([]) : undefined;
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  async delete(key: string): Promise<void> {
    const path = this.pathOf(checkedKey(key));
    await onFile(path, () => rm(path, { force: true }));
    // Empty folders are removed as far up as they are empty.
    for (let folder = dirname(path); folder !== this.folder; folder = dirname(folder)) {
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    checkedPrefix(prefix);
    for (const entry of await entriesOf(join(this.folder, prefix))) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) yield* this.list(`${prefix}${entry.name}/`);
      if (!entry.isFile() || !entry.name.endsWith(SUFFIX)) continue;
      // A damaged file is no object; who asks for it by its key is told.
      const key = `${prefix}${entry.name.slice(0, -SUFFIX.length)}`;
      const object = await this.stat(key).catch(ifDamaged);
      if (object) yield { key: object.key, size: object.size, modifiedAt: object.modifiedAt };
    }
  }

  async close(): Promise<void> {}

  private pathOf(key: string): string {
    return join(this.folder, `${key}${SUFFIX}`);
  }

  private async removeAbandoned(): Promise<void> {
    const folder = join(this.folder, UNFINISHED);
    for (const name of await readdir(folder)) {
      const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < Date.now() - ABANDONED_MS) await rm(join(folder, name), { force: true });
    }
  }
}

/** Writes the content and then its footer, and has both on disk before it returns. Completes `footer`. */
async function write(path: string, source: Source, footer: Footer): Promise<void> {
  const file = await open(path, NEW_FILE, 0o600);
  try {
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(source)) {
      hash.update(chunk);
      footer.size += chunk.length;
      await file.appendFile(chunk);
    }
    footer.sha256 = hash.digest('hex');
    await file.appendFile(footerBytes(footer));
    if (!isConfined()) await file.sync();
  } finally {
    await file.close();
  }
}

async function publish(unfinished: string, path: string): Promise<void> {
  const folder = dirname(path);
  for (let isRetry = false; ; isRetry = true) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await rename(unfinished, path);
      break;
    } catch (error) {
      // Another process has removed the empty folder in between.
      if (isRetry || !isMissing(error)) throw error;
    }
  }
  await (isConfined() ? rewriteLastByte(path) : syncFolder(folder));
}

/** The name of a file is on disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Has the kernel sync a file after it was renamed, and with it the journal, which has the new name. */
async function rewriteLastByte(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDWR | constants.O_SYNC);
  try {
    const { size } = await handle.stat();
    const byte = new Uint8Array(1);
    await handle.read(byte, 0, 1, size - 1);
    await handle.write(byte, 0, 1, size - 1);
  } finally {
    await handle.close();
  }
}

async function objectIn(key: string, file: FileHandle): Promise<StoredObject> {
  const { size: fileSize, mtime } = await file.stat();
  const { size, sha256, type, metadata } = await readFooter(file, fileSize);
  return { key, size, type, metadata, etag: `"${sha256}"`, modifiedAt: mtime };
}

const opened = (path: string): Promise<FileHandle | undefined> => ifThere(() => open(path, 'r'));

async function entriesOf(folder: string): Promise<Dirent[]> {
  return (await onFile(folder, () => ifThere(() => readdir(folder, { withFileTypes: true })))) ?? [];
}

/**
 * The id of a folder, which it is given once. Writes also where it has one, so that a folder without access is refused; one
 * that is full is not.
 */
async function identityOf(folder: string): Promise<string> {
  const path = join(folder, IDENTITY);
  const fresh = join(folder, UNFINISHED, randomUUID());
  try {
    await writeFile(fresh, randomUUID(), { flag: 'wx', mode: 0o600 });
    await link(fresh, path);
  } catch (error) {
    const isKnown = isFull(error) && (await ifThere(() => stat(path))) !== undefined;
    if (codeOf(error) !== 'EEXIST' && !isKnown) throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  return `file:${await readFile(path, 'utf8')}`;
}

const ifDamaged = (error: unknown): undefined => {
  if (!(error instanceof DamagedFile)) throw error;
};
