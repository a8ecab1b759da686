import { StoredUploadsModule } from '#gateway/files/uploads/stored-uploads.module';
import { Module } from '@nestjs/common';
import { TusController } from './tus.controller.ts';
import { UploadsController } from './uploads.controller.ts';

/** Resumable uploads by two protocols, which share their uploads. */
@Module({ imports: [StoredUploadsModule], controllers: [TusController, UploadsController] })
export class UploadsModule {}
