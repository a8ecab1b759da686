import { hash } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { Limiter, rateHeaders, refusalOf, type Reserved } from '#gateway/edge/limits/limiter';
import { GatewayError } from '#libs/errors';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Limits, LIMITS } from '#gateway/edge/limits/limited';
import { DEPRECATED, type Deprecation, deprecationHeaders } from '#gateway/edge/doors/deprecated';
import { Documents } from '#gateway/edge/graphql/documents';
import { askedIn, isIndirect, putDocument } from '#gateway/edge/graphql/asked';
import { sizeCheck, tooMuch } from './check-size.ts';
import { measure } from './measure.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What a GraphQL operation has reserved, to be settled when it has run. */
    reserved: readonly Reserved[];
  }
}

/** So much of what an operation is estimated to cost is as much as an ordinary REST question. */
export const COST_UNIT = 20;

/** How much text is kept parsed, in characters: what it is parsed to takes some sixty times that. */
const MOST_PARSED = 500_000;

/**
 * Looks at a GraphQL document before it is validated: one that is too big is refused, with what it has too much of. What it
 * is estimated to cost is taken from the caller's buckets. A document is parsed once, however often it comes.
 */
@Injectable()
export class LimitDocument implements OnModuleInit {
  private readonly parsed = new LRUCache<string, DocumentNode>({ maxSize: MOST_PARSED });
  private readonly check: ReturnType<typeof sizeCheck>;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly schemas: GraphQLSchemaHost,
    private readonly limiter: Limiter,
    private readonly documents: Documents,
    private readonly config: Config,
  ) {
    this.check = sizeCheck(config);
  }

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.decorateRequest('reserved', undefined as unknown as readonly Reserved[]);
    server.addHook('preHandler', (request, reply, done) => {
      if (request.routeOptions.url !== '/graphql') return done();
      try {
        const reserved = this.limit(request, reply);
        if (reserved) reserved.then(() => done(), done);
        else done();
      } catch (error) {
        done(error as Error);
      }
    });
  }

  private limit(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const asked = askedIn(request);
    if (Array.isArray(asked)) {
      throw new GatewayError('GRAPHQL_BATCH_REFUSED', {
        detail: 'One operation a request: batches are not taken.',
      });
    }
    const { text, trusted } = this.documents.resolve(asked);
    // What is no document is Apollo's to refuse.
    const operation = trusted ?? (text === undefined ? undefined : this.operationIn(text, asked.operationName));
    if (text !== undefined && isIndirect(asked)) putDocument(request, text);
    if (!operation) return undefined;
    const { document, node } = operation;
    const variables = (asked.variables ?? {}) as Record<string, unknown>;
    const size = measure(this.schemas.schema, document, node, typeof variables === 'object' ? variables : {});
    // A trusted one was looked at when it was made; what its variables ask for was not.
    this.check(trusted ? { ...size, asksForSchema: false } : size);
    this.tellDeprecated(node, size.rootNames, reply);
    const limits = this.limitsOf(node, size.rootNames);
    const { forCaller, forAnybody } = this.limiter.plan(limits);
    const { context } = request;
    const policies = context.caller.id === undefined ? forAnybody : forCaller;
    if (!policies.length) return undefined;
    const reserved = this.limiter.take(context, policies, Math.max(1, Math.round(size.cost / COST_UNIT)));
    const decide = (all: readonly Reserved[]) => {
      const refusal = refusalOf(all);
      if (refusal) throw refusal;
      request.reserved = all;
      void reply.headers(rateHeaders(all));
    };
    if (reserved instanceof Promise) return reserved.then(decide);
    decide(reserved);
    return undefined;
  }

  private operationIn(query: string, operationName: unknown) {
    const document = this.documentOf(query);
    if (!document) return undefined;
    const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    const node =
      typeof operationName === 'string' && operationName
        ? operations.find(({ name }) => name?.value === operationName)
        : operations[0];
    return node && { document, node };
  }

  /** @throws {GatewayError} GRAPHQL_TOO_MANY_TOKENS; undefined for what has another mistake */
  private documentOf(query: string): DocumentNode | undefined {
    const key = hash('sha256', query, 'base64url');
    const known = this.parsed.get(key);
    if (known) return known;
    const maxTokens = this.config.GRAPHQL_MAX_TOKENS;
    try {
      const document = parse(query, { maxTokens, noLocation: true });
      this.parsed.set(key, document, { size: query.length });
      return document;
    } catch (error) {
      if (!(error instanceof GraphQLError) || !/more tha[nt] \d+ tokens/i.test(error.message)) return undefined;
      throw tooMuch('GRAPHQL_TOO_MANY_TOKENS', 'tokens', maxTokens, maxTokens + 1);
    }
  }

  private tellDeprecated(
    { operation }: OperationDefinitionNode,
    names: Iterable<string>,
    reply: FastifyReply,
  ): void {
    const fields = this.schemas.schema.getRootType(operation)?.getFields() ?? {};
    for (const name of names) {
      const deprecation = fields[name]?.extensions[DEPRECATED] as Deprecation | undefined;
      if (deprecation) void reply.headers(deprecationHeaders(deprecation));
    }
  }

  /** The policies of every root field. */
  private limitsOf({ operation }: OperationDefinitionNode, names: Iterable<string>): Limits {
    const fields = this.schemas.schema.getRootType(operation)?.getFields() ?? {};
    const by = [...names].flatMap((name) => (fields[name]?.extensions[LIMITS] as Limits | undefined)?.by ?? []);
    return { by };
  }
}
