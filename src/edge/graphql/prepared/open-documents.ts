import { hash } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { errorLimits } from '#gateway/edge/graphql/error-limits';
import { Compiled } from '#gateway/edge/graphql/execute/compiled';
import { tooMuch } from '#gateway/edge/graphql/limits/check-size';
import { Injectable } from '@nestjs/common';
import { type DocumentNode, GraphQLError, Kind, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { PreparedOperation } from './prepared-operation.ts';

/** How much text is kept parsed, in characters: what it is parsed to takes some sixty times that. */
const MOST_PARSED = 500_000;

/** What clients send as text: parsed and validated once, however often it comes. */
@Injectable()
export class OpenDocuments {
  private readonly known = new LRUCache<string, readonly PreparedOperation[]>({ maxSize: MOST_PARSED });
  private readonly mistakes = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  private readonly limits: ReturnType<typeof errorLimits>['validation'];

  constructor(
    private readonly compiled: Compiled,
    private readonly config: Config,
  ) {
    this.limits = errorLimits(config).validation;
  }

  /**
   * The operation of a document that is asked for; the first where none is named, and undefined where there is none.
   * @throws {GatewayError} GRAPHQL_TOO_MANY_TOKENS
   */
  operationIn(text: string, name: unknown): PreparedOperation | undefined {
    const operations = this.operationsIn(text);
    if (typeof name !== 'string' || !name) return operations[0];
    return operations.find(({ node }) => node.name?.value === name);
  }

  /** What is wrong with it by the schema; nothing is with a trusted one, which was validated at start. */
  mistakesIn({ document, isTrusted }: PreparedOperation): readonly GraphQLError[] {
    if (isTrusted) return [];
    let mistakes = this.mistakes.get(document);
    if (!mistakes) {
      mistakes = validate(this.compiled.schema, document, undefined, this.limits);
      this.mistakes.set(document, mistakes);
    }
    return mistakes;
  }

  private operationsIn(text: string): readonly PreparedOperation[] {
    const key = hash('sha256', text, 'base64url');
    const known = this.known.get(key);
    if (known) return known;
    const document = this.parsed(text);
    // What has another mistake is Apollo's to refuse, in its words.
    if (!document) return [];
    const nodes = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    const operations = nodes.map((node) => ({
      id: `${key} ${node.name?.value ?? ''}`,
      document,
      node,
      isOnly: nodes.length === 1,
    }));
    this.known.set(key, operations, { size: text.length });
    return operations;
  }

  private parsed(text: string): DocumentNode | undefined {
    const maxTokens = this.config.GRAPHQL_MAX_TOKENS;
    try {
      return parse(text, { maxTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError) || !/more tha[nt] \d+ tokens/i.test(error.message)) return undefined;
      throw tooMuch('GRAPHQL_TOO_MANY_TOKENS', 'tokens', maxTokens, maxTokens + 1);
    }
  }
}
