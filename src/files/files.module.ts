import { IdentityModule } from '#gateway/identity/identity.module';
import { Global, Module } from '@nestjs/common';
import { FileLinks } from './file-links.ts';
import { PersonalFiles } from './personal-files.ts';
import { Pictures } from './pictures.ts';
import { FinishUpload } from './uploads/finish-upload.ts';
import { KeptUploads } from './uploads/kept-uploads.ts';
import { ScanUploads } from './uploads/scan-uploads.ts';
import { SweepUploads } from './uploads/sweep-uploads.ts';
import { UploadInspections } from './uploads/upload-inspections.ts';
import { UploadLocks } from './uploads/upload-locks.ts';
import { UploadQuota } from './uploads/upload-quota.ts';
import { UploadStore } from './uploads/upload-store.ts';
import { Uploads } from './uploads/uploads.ts';

/** Files that people keep, links to files, and uploads. */
@Global()
@Module({
  imports: [IdentityModule],
  providers: [
    FileLinks,
    PersonalFiles,
    Pictures,
    // Uploads:
    FinishUpload,
    KeptUploads,
    ScanUploads,
    SweepUploads,
    UploadInspections,
    UploadLocks,
    UploadQuota,
    UploadStore,
    Uploads,
  ],
  exports: [FileLinks, KeptUploads, PersonalFiles, Pictures, UploadInspections, Uploads],
})
export class FilesModule {}
