import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import { Injectable } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertValidSchema } from 'graphql';
import { Executor } from './execute/executor.ts';
import { makePlain } from './execute/plain-fields.ts';
import { GraphqlHandler } from './graphql-handler.ts';
import { refuseRoundedIds } from './exact-ids.ts';
import { showDeprecations } from './show-deprecations.ts';

/** The methods of `/graphql`: `QUERY` is RFC 10008; `HEAD` comes with `GET`. */
const METHODS = ['GET', 'POST', 'QUERY'] as const;

/** Nest's GraphQL driver: takes the schema that Nest builds, and adds the routes of `/graphql`. */
@Injectable()
export class GraphqlDriver extends AbstractGraphQLDriver {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly lookup: ModuleRef,
    private readonly executor: Executor,
  ) {
    super();
  }

  /** @throws {Error} naming what is wrong with the schema */
  async start({ schema, path }: GqlModuleOptions): Promise<void> {
    assertValidSchema(schema!);
    makePlain(schema!, this.modules);
    showDeprecations(schema!);
    refuseRoundedIds(schema!);
    this.executor.schema = schema!;
    let graphqlHandler: GraphqlHandler | undefined;
    const handler = (request: FastifyRequest, reply: FastifyReply) => {
      graphqlHandler ??= this.lookup.get<GraphqlHandler>(GraphqlHandler, { strict: false });
      return graphqlHandler.answer(request, reply);
    };
    const server = this.httpAdapterHost.httpAdapter.getInstance<FastifyInstance>();
    for (const method of METHODS) server.route({ method, url: path!, config: { kind: 'graphql' }, handler });
  }

  async stop(): Promise<void> {}
}
