import { whatIsDenied } from '#libs/confinement';
import { SettingsError, StartError } from '#libs/process';
import { isPassing } from './file-faults.ts';
import { FileStorage } from './file-storage.ts';
import type { ObjectStorage } from './object-storage.ts';
import type { S3Credentials } from './s3-storage.ts';
import type { StorageLocation } from './storage-url.ts';

/**
 * Opens the storage at a location. The client of S3 is loaded only for a bucket.
 * @throws {SettingsError} naming STORAGE_URL, if the folder cannot be written
 * @throws {StartError} the same, if that may pass, as for want of space: a supervisor should try again
 */
export async function openObjectStorage(
  location: StorageLocation,
  credentials?: S3Credentials,
): Promise<ObjectStorage> {
  if (location.kind === 's3') {
    const { S3Storage } = await import('./s3-storage.ts');
    return new S3Storage(location, credentials);
  }
  try {
    return await FileStorage.open(location.folder);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (isPassing(error)) throw new StartError(`STORAGE_URL names a folder that cannot be written now (${code})`);
    const message = `names a folder that cannot be written (${whatIsDenied(error) ?? code})`;
    throw new SettingsError(`These settings are wrong:\n  STORAGE_URL: ${message}`, [
      { setting: 'STORAGE_URL', message },
    ]);
  }
}
