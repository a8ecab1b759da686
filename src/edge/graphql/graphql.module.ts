import { Config } from '#gateway/config/config';
import { AuthModule } from '#gateway/edge/auth/auth.module';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { SocketsModule } from '#gateway/edge/sockets/sockets.module';
import { checkAccess } from './check-access.ts';
import { Documents } from './documents.ts';
import { CompiledDriver } from './execute/compiled-driver.ts';
import { ExecuteModule } from './execute/execute.module.ts';
import { ErrorFormat } from './format-error.ts';
import { errorLimits } from './error-limits.ts';
import { LimitDocument } from './limits/limit-document.ts';
import { Reserve } from './limits/reserve.ts';
import { settleCost } from './settle-cost.ts';
import { OpenDocuments } from './prepared/open-documents.ts';
import { PreparedDoor } from './prepared/prepared-door.ts';
import { RunPrepared } from './prepared/run-prepared.ts';
import { SseDoor } from './subscriptions/sse-door.ts';
import { SocketOperations } from './subscriptions/socket-operations.ts';
import { Subscribe } from './subscriptions/subscribe.ts';
import { WebSocketDoor } from './subscriptions/web-socket-door.ts';
import { ViewsController } from './trusted/views.controller.ts';
import { Views } from './trusted/views.ts';
import { statusOfRefusal } from './status-of-refusal.ts';
import { tellDegraded } from './tell-degraded.ts';

/** The GraphQL door: a short way for ordinary requests and Apollo Server for all others, with the same access rules, errors and request ids as REST. */
@Module({
  imports: [
    AuthModule,
    SocketsModule,
    ExecuteModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: CompiledDriver,
      imports: [ExecuteModule],
      inject: [Config, ErrorFormat, Reserve],
      useFactory: (config: Config, errors: ErrorFormat, reserve: Reserve) => ({
        path: '/graphql',
        autoSchemaFile: true,
        graphiql: false,
        introspection: config.NODE_ENV !== 'production',
        hideSchemaDetailsFromClientErrors: config.NODE_ENV === 'production',
        includeStacktraceInErrorResponses: false,
        autoTransformHttpErrors: false,
        // A bearer token is never sent by itself, as a cookie is: there is nothing to forge (OWASP, CSRF).
        csrfPrevention: false,
        persistedQueries: false,
        cache: 'bounded',
        parseOptions: { maxTokens: config.GRAPHQL_MAX_TOKENS },
        validationOptions: errorLimits(config).validation,
        formatError: (formatted: GraphQLFormattedError, thrown: unknown) => errors.formatted(formatted, thrown),
        plugins: [checkAccess, tellDegraded, settleCost(reserve), statusOfRefusal],
        context: (request: FastifyRequest, reply: FastifyReply): GraphqlContext => ({ request, reply }),
      }),
    }),
  ],
  controllers: [ViewsController],
  providers: [
    Documents,
    OpenDocuments,
    LimitDocument,
    RunPrepared,
    PreparedDoor,
    Subscribe,
    SseDoor,
    SocketOperations,
    WebSocketDoor,
    Views,
  ],
  exports: [Documents],
})
export class GraphqlDoorModule {}
