export { contains } from './contains.ts';
export { openStorage, type StorageOptions } from './open-storage.ts';
export { StorageError } from './storage-error.ts';
export type { Migration } from 'kysely/migration';
