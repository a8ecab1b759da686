/** Storage that cannot be opened or migrated. The message names the service, and the migration if one failed. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** A query that was not run, because no connection became free in time, or because too many queries waited already. */
export class StorageBusyError extends Error {
  override readonly name = 'StorageBusyError';
}
