import { IdentityModule } from '#gateway/identity/identity.module';
import { GraphqlTransportModule } from '#gateway/transports/graphql/graphql.module';
import { Module } from '@nestjs/common';
import { AdminController } from './admin.controller.ts';
import { CacheController } from './cache.controller.ts';
import { Certificates } from './certificates/certificates.ts';
import { ErrorReports } from './error-reports/error-reports.ts';
import { Health } from './health.ts';
import { LimitsController } from './limits.controller.ts';
import { LoopBlocks } from './loop-blocks/loop-blocks.ts';
import { Metrics } from './metrics.ts';
import { MetricsController } from './metrics.controller.ts';
import { ProbesController } from './probes.controller.ts';
import { ReloadModule } from './reload/reload.module.ts';
import { Readiness } from './readiness.ts';
import { RehearsalController } from './rehearsal/rehearsal.controller.ts';
import { Rehearsals } from './rehearsal/rehearsals.ts';
import { TraceExport } from './trace-export.ts';
import { UsageController } from './usage/usage.controller.ts';
import { UsageReports } from './usage/usage-reports.ts';
import { WorkerReports } from './workers/worker-reports.ts';
import { WorkersController } from './workers/workers.controller.ts';

/** The endpoints for operators and orchestrators: health, metrics, cache, limits, workers and probes. */
@Module({
  imports: [IdentityModule, GraphqlTransportModule, ReloadModule],
  controllers: [
    AdminController,
    CacheController,
    LimitsController,
    MetricsController,
    ProbesController,
    RehearsalController,
    UsageController,
    WorkersController,
  ],
  providers: [
    Certificates,
    ErrorReports,
    Health,
    LoopBlocks,
    Metrics,
    Readiness,
    Rehearsals,
    TraceExport,
    UsageReports,
    WorkerReports,
  ],
  exports: [ErrorReports, LoopBlocks, Metrics, Readiness, UsageReports, WorkerReports],
})
export class OperationsModule {}
