import { IdentityModule } from '#gateway/identity/identity.module';
import { Global, Module } from '@nestjs/common';
import { FileLinks } from './file-links.ts';
import { PersonalFiles } from './personal-files.ts';
import { Pictures } from './pictures.ts';

/** Files that people keep, and links to files. */
@Global()
@Module({
  imports: [IdentityModule],
  providers: [FileLinks, PersonalFiles, Pictures],
  exports: [FileLinks, PersonalFiles, Pictures],
})
export class FilesModule {}
