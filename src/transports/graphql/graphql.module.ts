import { AuthModule } from '#gateway/identity/identity.module';
import { Module } from '@nestjs/common';
import { type GqlModuleOptions, GraphQLModule } from '@nestjs/graphql';
import { SocketsModule } from '#gateway/transports/socketio/socketio.module';
import { Apollo } from './apollo-server.ts';
import { Documents } from './documents.ts';
import { ExecuteModule } from './execute/execute.module.ts';
import { GraphqlDoor } from './graphql-door.ts';
import { GraphqlDriver } from './graphql-driver.ts';
import { LimitDocument } from './limits/limit-document.ts';
import { OpenDocuments } from './prepared/open-documents.ts';
import { RunPrepared } from './prepared/run-prepared.ts';
import { SseDoor } from './subscriptions/sse-door.ts';
import { SocketOperations } from './subscriptions/socket-operations.ts';
import { Subscribe } from './subscriptions/subscribe.ts';
import { WebSocketDoor } from './subscriptions/web-socket-door.ts';
import { ViewsController } from './trusted/views.controller.ts';
import { Views } from './trusted/views.ts';

/** GraphQL over HTTP, SSE and WebSocket, with the same access rules, errors and request ids as REST. */
@Module({
  imports: [
    AuthModule,
    SocketsModule,
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
    LimitDocument,
    RunPrepared,
    Apollo,
    GraphqlDoor,
    Subscribe,
    SseDoor,
    SocketOperations,
    WebSocketDoor,
    Views,
  ],
  exports: [Documents],
})
export class GraphqlDoorModule {}
