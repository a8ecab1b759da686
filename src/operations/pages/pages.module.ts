import { AdminJobsModule } from '#gateway/operations/jobs/jobs.module';
import { OperationsModule } from '#gateway/operations/operations.module';
import { ProfilesModule } from '#gateway/operations/profiles/profiles.module';
import { RequestsModule } from '#gateway/operations/requests/requests.module';
import { Module } from '@nestjs/common';
import { Pages } from './pages.ts';
import { PagesController } from './pages.controller.ts';
import { StartPageController } from './start-page.controller.ts';

/** The pages of operators. */
@Module({
  imports: [AdminJobsModule, OperationsModule, ProfilesModule, RequestsModule],
  controllers: [PagesController, StartPageController],
  providers: [Pages],
})
export class PagesModule {}
