/** Storage that cannot be opened or migrated. The message names the service, and the migration if one failed. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}
