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

/** An operation that was admitted, and what came of it. */
interface Asked {
  operation: PreparedOperation;
  variables: Record<string, unknown>;
  request: FastifyRequest;
  reply: FastifyReply;
  result?: ExecutionResult;
}

/** Apollo copies its context for each operation: what came of it is kept a level below. */
interface ApolloContext {
  asked: Asked;
}

/** What Apollo Server has made of an operation. */
export interface ApolloAnswer {
  text: string;
  result: ExecutionResult;
}

/**
 * Apollo Server, for what the answer writer does not write: mutations, and queries of the schema. It parses, validates and
 * formats; the operation is run where a federated gateway would plan, so that cost, access, degraded parts and errors are the same
 * by every way. It is loaded when it is first needed.
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

  /** Runs an operation that was admitted. Without `data` its variables did not fit. */
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

  /** What asks for the schema alone Apollo runs by itself. */
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
      // Whether the schema may be asked for was decided before.
      introspection: true,
      includeStacktraceInErrorResponses: false,
      // A bearer token is never sent by itself, as a cookie is; cookies need `X-CSRF`.
      csrfPrevention: false,
      persistedQueries: false,
      cache: 'bounded',
      // That for `Cache-Control` wraps each field of the schema for good: then nothing can be read as it stands.
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
          // Variables that do not fit are refused by the door, in words that Apollo does not have.
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

/** The text of a document, as it was sent. */
function textOf({ document }: PreparedOperation): string {
  let text = document.loc?.source.body ?? texts.get(document);
  if (text === undefined) texts.set(document, (text = print(document)));
  return text;
}
