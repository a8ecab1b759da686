import { Global, Module } from '@nestjs/common';
import { FinishUpload } from './finish-upload.ts';
import { KeptUploads } from './kept-uploads.ts';
import { ScanUploads } from './scan-uploads.ts';
import { SweepFiles } from './sweep-files.ts';
import { UploadCounts } from './upload-counts.ts';
import { UploadInspections } from './upload-inspections.ts';
import { UploadLocks } from './upload-locks.ts';
import { UploadQuota } from './upload-quota.ts';
import { UploadStore } from './upload-store.ts';
import { Uploads } from './uploads.ts';

/** Uploads, whatever protocol they come by. */
@Global()
@Module({
  providers: [
    FinishUpload,
    KeptUploads,
    ScanUploads,
    SweepFiles,
    UploadCounts,
    UploadInspections,
    UploadLocks,
    UploadQuota,
    UploadStore,
    Uploads,
  ],
  exports: [KeptUploads, UploadCounts, UploadInspections, Uploads],
})
export class StoredUploadsModule {}
