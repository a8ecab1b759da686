import { Module } from '@nestjs/common';
import { RecentRequests } from './recent-requests.ts';
import { RequestSearch } from './request-search.ts';
import { RequestsController } from './requests.controller.ts';

/** Recent requests, of all workers and gateways. */
@Module({
  controllers: [RequestsController],
  providers: [RecentRequests, RequestSearch],
  exports: [RecentRequests, RequestSearch],
})
export class RequestsModule {}
