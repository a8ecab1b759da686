import { Module } from '@nestjs/common';
import { TusController } from './tus.controller.ts';
import { UploadsController } from './uploads.controller.ts';

/** Resumable uploads by two protocols, which share their uploads. */
@Module({ controllers: [TusController, UploadsController] })
export class UploadsModule {}
