import { IdentityModule } from '#gateway/identity/identity.module';
import { GraphqlLimits, GraphqlUpgrades } from '#gateway/edge/graphql-stages';
import { Module } from '@nestjs/common';
import { type GqlModuleOptions, GraphQLModule } from '@nestjs/graphql';
import { Apollo } from './apollo-server.ts';
import { Documents } from './documents/documents.ts';
import { ExecuteModule } from './run/execute.module.ts';
import { GraphqlDoor } from './graphql-door.ts';
import { GraphqlDriver } from './graphql-driver.ts';
import { LimitDocument } from './limit-document.ts';
import { OpenDocuments } from './documents/open-documents.ts';
import { RunPrepared } from './run/run-prepared.ts';
import { SseDoor } from './subscriptions/sse-door.ts';
import { SocketOperations } from './subscriptions/socket-operations.ts';
import { Subscribe } from './subscriptions/subscribe.ts';
import { WebSocketDoor } from './subscriptions/web-socket-door.ts';
import { ViewsController } from './views/views.controller.ts';
import { Views } from './views/views.ts';

/** Serves GraphQL over HTTP, SSE and WebSocket, with the access rules, errors and request ids of REST. */
@Module({
  imports: [
    IdentityModule,
    ExecuteModule,
    GraphQLModule.forRootAsync<GqlModuleOptions>({
      driver: GraphqlDriver,
      imports: [ExecuteModule],
      useFactory: () => ({ path: '/graphql', autoSchemaFile: true }),
    }),
  ],
  controllers: [ViewsController],
  providers: [
    Documents,
    OpenDocuments,
    { provide: GraphqlLimits, useClass: LimitDocument },
    RunPrepared,
    Apollo,
    GraphqlDoor,
    Subscribe,
    SseDoor,
    SocketOperations,
    { provide: GraphqlUpgrades, useClass: WebSocketDoor },
    Views,
  ],
  exports: [Documents],
})
export class GraphqlDoorModule {}
