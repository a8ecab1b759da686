import { OperationsModule } from '#gateway/operations/operations.module';
import { Module } from '@nestjs/common';
import { Profiles } from './profiles.ts';
import { ProfilesController } from './profiles.controller.ts';

/** Profiles of this process. */
@Module({
  imports: [OperationsModule],
  controllers: [ProfilesController],
  providers: [Profiles],
  exports: [Profiles],
})
export class ProfilesModule {}
