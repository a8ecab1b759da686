import { IdentityModule } from '#gateway/identity/identity.module';
import { Global, Module } from '@nestjs/common';
import { FileLinks } from './file-links.ts';
import { PersonalFiles } from './personal-files.ts';

/** Files that people keep, and links to files. */
@Global()
@Module({
  imports: [IdentityModule],
  providers: [FileLinks, PersonalFiles],
  exports: [FileLinks, PersonalFiles],
})
export class FilesModule {}
