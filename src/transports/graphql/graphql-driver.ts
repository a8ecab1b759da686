import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import { Injectable } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Compiled } from './execute/compiled.ts';
import { makePlain } from './execute/plain-fields.ts';
import { GraphqlDoor } from './graphql-door.ts';
import { showDeprecations } from './show-deprecations.ts';

/** The methods of `/graphql`: `QUERY` is RFC 10008; `HEAD` comes with `GET`. */
const METHODS = ['GET', 'POST', 'QUERY'] as const;

/** Nest's GraphQL driver: takes the schema that Nest builds, and adds the routes of `/graphql`. */
@Injectable()
export class GraphqlDriver extends AbstractGraphQLDriver {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly lookup: ModuleRef,
    private readonly compiled: Compiled,
  ) {
    super();
  }

  async start({ schema, path }: GqlModuleOptions): Promise<void> {
    makePlain(schema!, this.modules);
    showDeprecations(schema!);
    this.compiled.schema = schema!;
    let door: GraphqlDoor | undefined;
    const handler = (request: FastifyRequest, reply: FastifyReply) => {
      door ??= this.lookup.get<GraphqlDoor>(GraphqlDoor, { strict: false });
      return door.answer(request, reply);
    };
    const server = this.httpAdapterHost.httpAdapter.getInstance<FastifyInstance>();
    for (const method of METHODS) server.route({ method, url: path!, config: { kind: 'graphql' }, handler });
  }

  async stop(): Promise<void> {}
}
