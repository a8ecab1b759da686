import { OperationsModule } from '#gateway/operations/operations.module';
import { Module } from '@nestjs/common';
import { ProcessProfiles } from './process-profiles.ts';
import { Profiles } from './profiles.ts';
import { ProfilesController } from './profiles.controller.ts';

/** Profiles of the processes of this gateway. */
@Module({
  imports: [OperationsModule],
  controllers: [ProfilesController],
  providers: [ProcessProfiles, Profiles],
  exports: [Profiles],
})
export class ProfilesModule {}
