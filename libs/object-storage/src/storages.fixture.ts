import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStorage, openObjectStorage, parseStorageUrl } from '#libs/object-storage';
import { s3ForTests } from '#libs/testing';

/** A storage under test. */
export interface StorageForTests {
  /** Opens the storage once more, as another process would. */
  open(): Promise<ObjectStorage>;
  /** Stops and removes what it is stored in. */
  end(): Promise<void>;
}

/** A folder. */
export async function folderForTests(): Promise<StorageForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-files-'));
  return {
    open: () => openObjectStorage({ kind: 'file', folder }),
    end: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A bucket of s3rver. */
export async function bucketForTests(): Promise<StorageForTests> {
  const { url, stop, ...credentials } = await s3ForTests();
  return { open: () => openObjectStorage(parseStorageUrl(url)!, credentials), end: stop };
}
