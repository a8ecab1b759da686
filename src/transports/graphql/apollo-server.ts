import type { ApolloServer, ApolloServerOptions } from '@apollo/server';
import { Config } from '#gateway/config/config';
import { errorLimits } from './errors/error-limits.ts';
import { Compiled } from './execute/compiled.ts';
import { ErrorFormat } from './errors/format-error.ts';
import type { PreparedOperation } from './operation/prepared-operation.ts';
import { RunPrepared } from './run/run-prepared.ts';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, type GraphQLError, print } from 'graphql';

/** An admitted operation, and its result. */
interface Asked {
  operation: PreparedOperation;
  variables: Record<string, unknown>;
  request: FastifyRequest;
  reply: FastifyReply;
  result?: ExecutionResult;
}

/** The context for Apollo, which copies it for each operation: so the result is stored one level below. */
interface ApolloContext {
  asked: Asked;
}

/** The response text of Apollo Server, and the result in it. */
export interface ApolloAnswer {
  text: string;
  result: ExecutionResult;
}

/**
 * Runs operations that the answer writer does not, such as mutations and introspection, with Apollo Server: it parses, validates and
 * formats. Our executor takes the place of its federation gateway, so that cost, access, degraded parts and errors are the same as
 * elsewhere. Apollo Server is loaded on first use.
 */
@Injectable()
export class Apollo implements OnApplicationShutdown {
  private server: Promise<ApolloServer<ApolloContext>> | undefined;

  constructor(
    private readonly compiled: Compiled,
    private readonly prepared: RunPrepared,
    private readonly errors: ErrorFormat,
    private readonly config: Config,
  ) {}

  /** Runs an admitted operation. The result has no `data` if its variables do not fit. */
  async answer(asked: Asked): Promise<ApolloAnswer> {
    const server = await (this.server ??= this.start());
    const { HeaderMap } = await import('@apollo/server');
    const { operation, variables } = asked;
    const name = operation.node.name?.value;
    const { body } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: { query: textOf(operation), ...(name ? { operationName: name } : {}), variables },
      },
      context: async () => ({ asked }),
    });
    if (body.kind !== 'complete') throw new Error('Apollo Server gave an answer in parts');
    return { text: body.string, result: asked.result ?? this.ofSchema(body.string, asked) };
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.server)?.stop();
  }

  /** The result of an introspection query, which Apollo runs without our executor. */
  private ofSchema(text: string, { operation, request, reply }: Asked): ExecutionResult {
    return this.prepared.finished(JSON.parse(text) as ExecutionResult, operation, {
      context: request.context,
      request,
      reply,
    });
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
      cache: 'bounded',
      // The cache control plugin wraps every field of the schema with a resolver, which the answer writer cannot skip.
      plugins: [ApolloServerPluginCacheControlDisabled()],
      parseOptions: { maxTokens: this.config.GRAPHQL_MAX_TOKENS },
      validationOptions: errorLimits(this.config).validation,
      formatError: (_formatted, thrown) => this.errors.format(thrown as GraphQLError),
      stringifyResult: JSON.stringify,
      stopOnTerminationSignals: false,
    });
    await server.start();
    return server;
  }

  private gateway(): NonNullable<ApolloServerOptions<ApolloContext>['gateway']> {
    const { schema: apiSchema } = this.compiled;
    return {
      load: async () => ({
        executor: async ({ context }) => {
          const { asked } = context as ApolloContext;
          const { operation, variables, request, reply } = asked;
          const { context: own } = request;
          const result = await this.prepared.run(operation, variables, { context: own, request, reply });
          asked.result = result;
          // The caller refuses variables that do not fit, with our errors.
          return result.data === undefined ? { data: null } : result;
        },
      }),
      onSchemaLoadOrUpdate: (tell) => {
        tell({ apiSchema, coreSupergraphSdl: '' });
        return () => {};
      },
      stop: async () => {},
    };
  }
}

const texts = new WeakMap<PreparedOperation['document'], string>();

/** The source text of a document. */
function textOf({ document }: PreparedOperation): string {
  let text = document.loc?.source.body ?? texts.get(document);
  if (text === undefined) texts.set(document, (text = print(document)));
  return text;
}
