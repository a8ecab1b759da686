import type { ApolloServer } from '@apollo/server';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { showDeprecations } from '#gateway/edge/graphql/show-deprecations';
import { Compiled } from './compiled.ts';
import { makePlain } from './plain-fields.ts';

/** What Apollo tells whoever runs its operations. */
interface Asked {
  document: DocumentNode;
  operationName: string | null;
  request: { variables?: Record<string, unknown> };
  context: GraphqlContext;
}

/** Apollo Server with our executor: in the place where a federated gateway would plan. */
@Injectable()
export class CompiledDriver extends ApolloDriver {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly compiled: Compiled,
  ) {
    super(modules);
  }

  override async registerFastify(
    options: ApolloDriverConfig,
    hooks?: { preStartHook?: () => void },
  ): Promise<void> {
    const executor = ({ document, operationName, request, context }: Asked) =>
      this.compiled.run({ document, name: operationName }, context, request.variables ?? {});
    makePlain(options.schema!, this.modules);
    showDeprecations(options.schema!);
    this.compiled.schema = options.schema!;
    const gateway = gatewayOf(options.schema!, async (asked) => executor(asked));
    await super.registerFastify({ ...options, schema: undefined, gateway } as ApolloDriverConfig, hooks);
    answerHead(this.instance);
  }
}

/** Apollo refuses HEAD, which is GET without the body (RFC 9110, section 9.3.2): Fastify leaves that out. */
function answerHead(server: ApolloServer): void {
  const execute = server.executeHTTPGraphQLRequest.bind(server);
  server.executeHTTPGraphQLRequest = (asked) => {
    const { httpGraphQLRequest: http } = asked;
    return execute(http.method === 'HEAD' ? { ...asked, httpGraphQLRequest: { ...http, method: 'GET' } } : asked);
  };
}

function gatewayOf(apiSchema: GraphQLSchema, executor: (asked: Asked) => Promise<ExecutionResult>) {
  return {
    load: async () => ({ executor }),
    onSchemaLoadOrUpdate: (tell: (schema: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void) => {
      tell({ apiSchema, coreSupergraphSdl: '' });
      return () => {};
    },
    stop: async () => {},
  };
}
