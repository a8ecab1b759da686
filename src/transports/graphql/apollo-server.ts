import type { ApolloServer, ApolloServerOptions, ApolloServerPlugin } from '@apollo/server';
import { FirstUses } from '#gateway/edge/first-uses/first-uses';
import { Executor } from './execute/executor.ts';
import { ErrorFormat } from './errors/format-error.ts';
import type { GraphqlOperation } from './operation/graphql-operation.ts';
import { OperationRunner } from './run/operation-runner.ts';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';

/** An admitted operation, and its result. */
interface ApolloOperation {
  operation: GraphqlOperation;
  variables: Record<string, unknown>;
  request: FastifyRequest;
  reply: FastifyReply;
  result?: ExecutionResult;
}

/** The context for Apollo, which copies it for each operation: so the result is stored one level below. */
interface ApolloContext {
  admitted: ApolloOperation;
}

/** Gives Apollo Server the document of an admitted operation, which it then neither parses nor validates again. */
const ADMITTED_DOCUMENTS: ApolloServerPlugin<ApolloContext> = {
  requestDidStart: async ({ contextValue }) => ({
    didResolveSource: async (request) => {
      const given: { document?: DocumentNode } = request;
      given.document = contextValue.admitted.operation.document;
    },
  }),
};

/** The response text of Apollo Server, and the result in it. */
export interface ApolloAnswer {
  text: string;
  result: ExecutionResult;
}

/**
 * Runs operations that the answer writer does not, such as mutations and introspection, with Apollo Server. It gets the admitted
 * document, and our executor takes the place of its federation gateway, so that limits, cost, access, degraded parts and errors are
 * the same as elsewhere. Apollo Server is loaded once the gateway has started, or on first use.
 */
@Injectable()
export class Apollo implements OnApplicationShutdown {
  private server: Promise<ApolloServer<ApolloContext>> | undefined;

  constructor(
    private readonly executor: Executor,
    private readonly runner: OperationRunner,
    private readonly errors: ErrorFormat,
    firstUses: FirstUses,
  ) {
    firstUses.add(() => this.started());
  }

  /** Runs an admitted operation. The result has no `data` if its variables do not fit. */
  async answer(admitted: ApolloOperation): Promise<ApolloAnswer> {
    const server = await this.started();
    const { HeaderMap } = await import('@apollo/server');
    const { operation, variables } = admitted;
    const name = operation.node.name?.value;
    const { body } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        // Only hashed: its document is parsed.
        body: { query: operation.id, ...(name ? { operationName: name } : {}), variables },
      },
      context: async () => ({ admitted }),
    });
    if (body.kind !== 'complete') throw new Error('Apollo Server gave an answer in parts');
    if (!admitted.result) throw new Error('Apollo Server refused an admitted operation', { cause: body.string });
    return { text: body.string, result: admitted.result };
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.server)?.stop();
  }

  /** The running server. A start that failed is tried again by the next operation. */
  private async started(): Promise<ApolloServer<ApolloContext>> {
    const server = (this.server ??= this.start());
    try {
      return await server;
    } catch (error) {
      this.server = undefined;
      throw error;
    }
  }

  private async start(): Promise<ApolloServer<ApolloContext>> {
    const { ApolloServer } = await import('@apollo/server');
    const { ApolloServerPluginCacheControlDisabled } = await import('@apollo/server/plugin/disabled');
    const server = new ApolloServer<ApolloContext>({
      gateway: this.gateway(),
      // Introspection was admitted or refused before.
      introspection: true,
      includeStacktraceInErrorResponses: false,
      // Browsers do not send bearer tokens by themselves; requests with cookies need `X-CSRF`.
      csrfPrevention: false,
      persistedQueries: false,
      documentStore: null,
      // The cache control plugin wraps every field of the schema with a resolver, which the answer writer cannot skip.
      plugins: [ADMITTED_DOCUMENTS, ApolloServerPluginCacheControlDisabled()],
      formatError: (_formatted, thrown) => this.errors.format(thrown as GraphQLError),
      stringifyResult: JSON.stringify,
      stopOnTerminationSignals: false,
    });
    await server.start();
    return server;
  }

  private gateway(): NonNullable<ApolloServerOptions<ApolloContext>['gateway']> {
    const { schema: apiSchema } = this.executor;
    return {
      load: async () => ({
        executor: async ({ context }) => {
          const { admitted } = context as ApolloContext;
          const { operation, variables, request, reply } = admitted;
          const { context: own } = request;
          const result = await this.runner.run(operation, variables, { context: own, request, reply });
          admitted.result = result;
          // The caller refuses variables that do not fit, with our errors.
          return result.data === undefined ? { data: null } : result;
        },
      }),
      onSchemaLoadOrUpdate: (onSchema) => {
        onSchema({ apiSchema, coreSupergraphSdl: '' });
        return () => {};
      },
      stop: async () => {},
    };
  }
}
