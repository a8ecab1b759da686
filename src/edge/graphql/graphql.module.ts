import { Config } from '#gateway/config/config';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { checkAccess } from './check-access.ts';
import { formatError } from './format-error.ts';
import { tellDegraded } from './tell-degraded.ts';

/** A document may not be longer than this, in tokens. */
const MOST_TOKENS = 2_000;

/** The GraphQL door: Apollo Server, with the same access rules, errors and request ids as REST. */
@Module({
  imports: [
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      inject: [Config, PinoLogger],
      useFactory: ({ NODE_ENV }: Config, logger: PinoLogger) => ({
        path: '/graphql',
        autoSchemaFile: true,
        graphiql: false,
        introspection: NODE_ENV !== 'production',
        hideSchemaDetailsFromClientErrors: NODE_ENV === 'production',
        includeStacktraceInErrorResponses: false,
        autoTransformHttpErrors: false,
        // A bearer token is never sent by itself, as a cookie is: there is nothing to forge (OWASP, CSRF).
        csrfPrevention: false,
        persistedQueries: false,
        cache: 'bounded',
        parseOptions: { maxTokens: MOST_TOKENS },
        formatError: formatError(logger),
        plugins: [checkAccess, tellDegraded],
        context: (request: FastifyRequest): GraphqlContext => ({ request }),
      }),
    }),
  ],
})
export class GraphqlDoorModule {}
