import { hash } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { askedIn, isIndirect, putDocument } from '#gateway/edge/graphql/asked';
import { Documents } from '#gateway/edge/graphql/documents';
import type { TrustedOperation } from '#gateway/edge/graphql/trusted/trusted-operations';
import { GatewayError } from '#libs/errors';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { tooMuch } from './check-size.ts';
import { type Operation, Reserve } from './reserve.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The trusted operation that is asked for. */
    trusted: TrustedOperation | undefined;
  }
}

/** How much text is kept parsed, in characters: what it is parsed to takes some sixty times that. */
const MOST_PARSED = 500_000;

/**
 * Looks at a GraphQL document before it is validated: one that is too big is refused, and what it is estimated to cost is
 * taken from the caller's buckets. A document is parsed once, however often it comes.
 */
@Injectable()
export class LimitDocument implements OnModuleInit {
  private readonly parsed = new LRUCache<string, DocumentNode>({ maxSize: MOST_PARSED });

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly reserve: Reserve,
    private readonly documents: Documents,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.decorateRequest('reserved', undefined);
    server.decorateRequest('trusted', undefined);
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
    request.trusted = trusted;
    // What is no document is Apollo's to refuse.
    const operation = trusted ?? (text === undefined ? undefined : this.operationIn(text, asked.operationName));
    if (text !== undefined && isIndirect(asked)) putDocument(request, text);
    return operation && this.reserve.take(operation, asked.variables, trusted !== undefined, request, reply);
  }

  private operationIn(query: string, operationName: unknown): Operation | undefined {
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
}
