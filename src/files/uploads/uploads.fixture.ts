import { Readable } from 'node:stream';
import { loadConfig } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import { PersonalFiles } from '#gateway/files/personal-files';
import type { ObjectStorage } from '#libs/object-storage';
import { createLogger } from '#libs/observe';
import { FinishUpload } from './finish-upload.ts';
import { KeptUploads } from './kept-uploads.ts';
import { UploadCounts } from './upload-counts.ts';
import { UploadInspections } from './upload-inspections.ts';
import { UploadLocks } from './upload-locks.ts';
import { UploadQuota } from './upload-quota.ts';
import { UploadStore } from './upload-store.ts';
import { Uploads } from './uploads.ts';

/** The parts of one gateway that take uploads. */
export function uploadsOf(storage: ObjectStorage, settings: Record<string, string> = {}) {
  const [config, files] = [loadConfig(settings), new PersonalFiles(storage)];
  const [counts, inspections, locks] = [new UploadCounts(), new UploadInspections(), new UploadLocks(null)];
  const store = new UploadStore(storage, files);
  const finishing = new FinishUpload(store, inspections, new Audit(createLogger('spec', 'silent')), counts);
  const uploads = new Uploads(config, store, new UploadQuota(config, store, counts), locks, finishing, counts);
  const kept = new KeptUploads(config, uploads, finishing, store, locks, files, storage);
  return { store, inspections, uploads, kept };
}

/** A body of these pieces. */
export const bodyOf = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
