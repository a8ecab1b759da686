import { type Logger, onlyWarnings } from '#libs/observe';
import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { ConfigModule } from './config/config.module.ts';
import type { Config } from './config/config.ts';
import { RedisModule } from './config/redis.module.ts';
import { AuditModule } from './identity/audit/audit.ts';
import { EdgeModule } from './edge/edge.module.ts';
import { FeaturesModule } from './features/features.module.ts';
import { OperationsModule } from './operations/operations.module.ts';
import { GraphqlDoorModule } from './transports/graphql/graphql.module.ts';
import { RestModule } from './transports/rest/rest.module.ts';
import { SocketIoModule } from './transports/socketio/socketio.module.ts';
import { SseModule } from './transports/sse/sse.module.ts';
import { UpstreamsModule } from './upstreams/upstreams.module.ts';

/** The gateway, one line a wing. */
@Module({
  imports: [
    // What happens to every request:
    EdgeModule,
    // How answers travel:
    RestModule,
    GraphqlDoorModule,
    SseModule,
    SocketIoModule,
    // What operators ask:
    OperationsModule,
    // Whom the gateway asks:
    UpstreamsModule,
    // What clients can ask:
    FeaturesModule,
  ],
})
export class GatewayModule {
  static with(config: Config, logger: Logger): DynamicModule {
    // Of Nest's own lines those that warn are of interest. No route gets nestjs-pino's middleware: the access line is
    // written by edge/access-log/access-log.ts.
    const pinoHttp = { logger: onlyWarnings(logger), wrapSerializers: false };
    return {
      module: GatewayModule,
      imports: [
        ConfigModule.of(config),
        RedisModule.of(config, logger),
        AuditModule.of(logger),
        LoggerModule.forRoot({ pinoHttp, forRoutes: [] }),
      ],
    };
  }
}
