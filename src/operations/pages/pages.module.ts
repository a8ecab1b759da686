import { OperationsModule } from '#gateway/operations/operations.module';
import { Module } from '@nestjs/common';
import { Pages } from './pages.ts';
import { PagesController } from './pages.controller.ts';

/** The pages of operators. */
@Module({
  imports: [OperationsModule],
  controllers: [PagesController],
  providers: [Pages],
})
export class PagesModule {}
