export {
  type ByteRange,
  type ListedObject,
  type NewObject,
  ObjectStorage,
  type Source,
  type StoredObject,
  type WrittenObject,
} from './object-storage.ts';
export { openObjectStorage } from './open-object-storage.ts';
export type { S3Credentials } from './s3-storage.ts';
export { parseStorageUrl, type StorageLocation } from './storage-url.ts';
