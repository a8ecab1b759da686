import { IdentityModule } from '#gateway/identity/identity.module';
import { Module } from '@nestjs/common';
import { ReloadController } from './reload.controller.ts';
import { ReloadSettings } from './reload-settings.ts';
import { ReloadTargets } from './reload-targets.ts';
import { Reloads } from './reloads.ts';

/** Reloads settings without a restart. */
@Module({
  imports: [IdentityModule],
  controllers: [ReloadController],
  providers: [ReloadTargets, Reloads, ReloadSettings],
  exports: [Reloads],
})
export class ReloadModule {}
