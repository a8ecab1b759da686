import { IdentityModule } from '#gateway/identity/identity.module';
import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AdminServer } from './admin-port/admin-server.ts';
import { AuthenticationModule } from './authentication/authentication.module.ts';
import { ConnectionLimit } from './connections/connection-limit.ts';
import { Drain } from './drain/drain.ts';
import { ProblemFilter } from './errors/problem.filter.ts';
import { FirstUses } from './first-uses/first-uses.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { Upgrades } from './listener/upgrades.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { SheddingModule } from './shedding/shedding.module.ts';
import { OpenStreams } from './streams/open-streams.ts';
import { RequestRecordings } from './tracing/request-recordings.ts';

/** The stages that every request passes, whatever its handler. Their order is in `pipeline.ts`. */
@Global()
@Module({
  // Guards run in this order: rate limits are checked before permissions.
  imports: [LimitsModule, AuthenticationModule, SheddingModule, IdentityModule],
  providers: [
    AdminServer,
    ConnectionLimit,
    Drain,
    FirstUses,
    OpenStreams,
    RequestMetrics,
    RequestRecordings,
    Upgrades,
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [AdminServer, ConnectionLimit, FirstUses, OpenStreams, RequestMetrics, RequestRecordings, Upgrades],
})
export class EdgeModule {}
