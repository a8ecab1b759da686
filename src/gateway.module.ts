import { type Logger, onlyWarnings } from '#libs/observe';
import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { ConfigModule } from './config/config.module.ts';
import type { Config } from './config/config.ts';
import { RedisModule } from './config/redis.module.ts';
import { ScannerModule } from './config/scanner.module.ts';
import { WorkerPoolModule } from './config/worker-pool.module.ts';
import { StorageModule } from './config/storage.module.ts';
import { AuditModule } from './identity/audit/audit.ts';
import { EdgeModule } from './edge/edge.module.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { JobRoutesModule } from './jobs/routes/job-routes.module.ts';
import { FeaturesModule } from './features/features.module.ts';
import { StorefrontModule } from './features/storefront/storefront.module.ts';
import { LogsModule } from './operations/logs/logs.module.ts';
import { OperationsModule } from './operations/operations.module.ts';
import { PagesModule } from './operations/pages/pages.module.ts';
import { FilesTransportModule } from './transports/files/files-transport.module.ts';
import { GraphqlTransportModule } from './transports/graphql/graphql.module.ts';
import { PortalModule } from './transports/portal/portal.module.ts';
import { RestModule } from './transports/rest/rest.module.ts';
import { SocketIoModule } from './transports/socketio/socketio.module.ts';
import { SseModule } from './transports/sse/sse.module.ts';
import { TablesModule } from './transports/tables/tables.module.ts';
import { UploadsModule } from './transports/uploads/uploads.module.ts';
import { UpstreamsModule } from './upstreams/upstreams.module.ts';

/** The modules of the gateway. */
@Module({
  imports: [
    // The stages of every request:
    EdgeModule,
    // The transports:
    RestModule,
    GraphqlTransportModule,
    SseModule,
    SocketIoModule,
    FilesTransportModule,
    TablesModule,
    // The queue of jobs, and what their owners see of it:
    JobsModule,
    JobRoutesModule,
    // Resumable uploads:
    UploadsModule,
    // The endpoints and pages of operators:
    OperationsModule,
    PagesModule,
    // The upstream services:
    UpstreamsModule,
    // The features for clients:
    FeaturesModule,
  ],
})
export class GatewayModule {
  static with(config: Config, logger: Logger): DynamicModule {
    // Nest logs only warnings and errors. No route gets nestjs-pino's middleware, since
    // edge/access-log/access-log.ts writes the access log.
    const pinoHttp = { logger: onlyWarnings(logger), wrapSerializers: false };
    return {
      module: GatewayModule,
      imports: [
        ConfigModule.of(config),
        RedisModule.of(config, logger),
        WorkerPoolModule.of(config),
        ScannerModule.of(config),
        StorageModule.of(config, logger),
        AuditModule.of(logger),
        LogsModule.of(logger),
        PortalModule.of(config),
        StorefrontModule.of(config),
        LoggerModule.forRoot({ pinoHttp, forRoutes: [] }),
      ],
    };
  }
}
