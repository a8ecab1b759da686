import { IdentityModule } from '#gateway/identity/identity.module';
import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AdminDoor } from './admin-port/admin-door.ts';
import { AuthenticationModule } from './authentication/authentication.module.ts';
import { Drain } from './drain/drain.ts';
import { ProblemFilter } from './errors/problem.filter.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { Upgrades } from './listener/upgrades.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { SheddingModule } from './shedding/shedding.module.ts';
import { OpenStreams } from './streams/open-streams.ts';

/** What happens to every request, whatever handler it is for. The order of its stages is in `pipeline.ts`. */
@Global()
@Module({
  // In the order of their guards: a caller over their limit is refused before their rights are checked.
  imports: [LimitsModule, AuthenticationModule, SheddingModule, IdentityModule],
  providers: [
    AdminDoor,
    Drain,
    OpenStreams,
    RequestMetrics,
    Upgrades,
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [AdminDoor, OpenStreams, RequestMetrics, Upgrades],
})
export class EdgeModule {}
