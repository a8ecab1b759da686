import { IdentityModule } from '#gateway/identity/identity.module';
import { GraphqlLimits, GraphqlUpgrades } from '#gateway/edge/graphql-stages';
import { UsageModule } from '#gateway/transports/usage/usage.module';
import { Module } from '@nestjs/common';
import { type GqlModuleOptions, GraphQLModule } from '@nestjs/graphql';
import { Apollo } from './apollo-server.ts';
import { Documents } from './documents/documents.ts';
import { ExecuteModule } from './run/execute.module.ts';
import { GraphqlHandler } from './graphql-handler.ts';
import { withKnownLocations } from './known-locations.ts';
import { GraphqlDriver } from './graphql-driver.ts';
import { LimitDocument } from './limit-document.ts';
import { AdHocDocuments } from './documents/ad-hoc-documents.ts';
import { OperationRunner } from './run/operation-runner.ts';
import { SseHandler } from './subscriptions/sse-handler.ts';
import { SocketOperations } from './subscriptions/socket-operations.ts';
import { Subscribe } from './subscriptions/subscribe.ts';
import { WebSocketHandler } from './subscriptions/web-socket-handler.ts';
import { OperationCalls } from './usage/operation-calls.ts';
import { ViewsController } from './views/views.controller.ts';
import { Views } from './views/views.ts';

/** Serves GraphQL over HTTP, SSE and WebSocket, with the access rules, errors and request ids of REST. */
@Module({
  imports: [
    IdentityModule,
    ExecuteModule,
    UsageModule,
    GraphQLModule.forRootAsync<GqlModuleOptions>({
      driver: GraphqlDriver,
      imports: [ExecuteModule],
      useFactory: () => ({
        path: '/graphql',
        autoSchemaFile: true,
        transformSchema: withKnownLocations,
        // Nest would run an introspection of the whole; the driver checks the schema without.
        buildSchemaOptions: { skipCheck: true },
      }),
    }),
  ],
  controllers: [ViewsController],
  providers: [
    Documents,
    AdHocDocuments,
    OperationCalls,
    { provide: GraphqlLimits, useClass: LimitDocument },
    OperationRunner,
    Apollo,
    GraphqlHandler,
    Subscribe,
    SseHandler,
    SocketOperations,
    { provide: GraphqlUpgrades, useClass: WebSocketHandler },
    Views,
  ],
  exports: [Documents, UsageModule],
})
export class GraphqlTransportModule {}
