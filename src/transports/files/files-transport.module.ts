import { FilesModule } from '#gateway/files/files.module';
import { Global, Module } from '@nestjs/common';
import { FileResponder } from './file-responder.ts';
import { FilesController } from './files.controller.ts';

/** Sends stored files. */
@Global()
@Module({
  imports: [FilesModule],
  controllers: [FilesController],
  providers: [FileResponder],
  exports: [FileResponder],
})
export class FilesTransportModule {}
