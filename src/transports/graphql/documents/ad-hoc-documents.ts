import { hash } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { errorLimits } from '#gateway/transports/graphql/errors/error-limits';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { tooMuch } from '#gateway/transports/graphql/limits/check-size';
import { mistakesIn } from '#gateway/transports/graphql/errors/mistakes-in';
import { Injectable } from '@nestjs/common';
import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { documentSize, MAX_CACHED_TOKENS } from '#gateway/transports/graphql/operation/document-size';
import { fieldsIn } from '#gateway/transports/graphql/operation/fields-in';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { inPlainWords } from '#gateway/transports/graphql/errors/syntax-errors';
import type { ResolvedDocument } from './documents.ts';

/** A parsed document and its operations. */
interface Parsed {
  document: DocumentNode;
  operations: readonly GraphqlOperation[];
}

/** Parses and validates ad-hoc documents, and caches both. */
@Injectable()
export class AdHocDocuments {
  private readonly known = new LRUCache<string, Parsed>({ maxSize: MAX_CACHED_TOKENS });
  private readonly mistakes = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  private readonly limits: ReturnType<typeof errorLimits>['validation'];

  constructor(
    private readonly executor: Executor,
    private readonly errors: ErrorFormat,
    private readonly config: Config,
  ) {
    this.limits = errorLimits(config).validation;
  }

  /**
   * The requested operation of a document, trusted or not validated yet: its size is checked first.
   * @throws {GatewayError} GRAPHQL_PARSE_FAILED, GRAPHQL_TOO_MANY_TOKENS; GRAPHQL_VALIDATION_FAILED where no operation matches
   */
  requested({ text, trusted }: ResolvedDocument, name: string | undefined): GraphqlOperation {
    if (!trusted) return this.operationIn(text, name);
    if (name === undefined || name === trusted.node.name?.value) return trusted;
    throw this.errors.refusal([noSuchOperation(name)]);
  }

  /** The requested operation of a text. Throws as `requested`. */
  operationIn(text: string, name: string | undefined): GraphqlOperation {
    const { document, operations } = this.parsed(text);
    const found = name === undefined ? operations[0] : operations.find(({ node }) => node.name?.value === name);
    if (found && (name !== undefined || found.isOnly)) return found;
    const mistakes = this.validated(document);
    throw this.errors.refusal(mistakes.length ? mistakes : [noSuchOperation(name)]);
  }

  /** The validation errors of an operation's document; none for a trusted one, which was validated at start. */
  mistakesIn({ document, isPersisted }: GraphqlOperation): readonly GraphQLError[] {
    return isPersisted ? [] : this.validated(document);
  }

  /**
   * Validates a document once. Limits the fields of the whole document first: the time of validation grows with their square, and
   * only the requested operation was measured.
   */
  private validated(document: DocumentNode): readonly GraphQLError[] {
    let mistakes = this.mistakes.get(document);
    if (!mistakes) {
      const [fields, limit] = [fieldsIn(document), this.config.GRAPHQL_MAX_FIELDS];
      if (fields > limit) throw tooMuch('GRAPHQL_TOO_MANY_FIELDS', 'Field count', limit, fields);
      mistakes = mistakesIn(this.executor.schema, document, this.limits);
      this.mistakes.set(document, mistakes);
    }
    return mistakes;
  }

  private parsed(text: string): Parsed {
    const key = hash('sha256', text, 'base64url');
    const known = this.known.get(key);
    if (known) return known;
    const document = this.parse(text);
    const nodes = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    const operations = nodes.map((node) => ({
      id: `${key} ${node.name?.value ?? ''}`,
      document,
      node,
      isOnly: nodes.length === 1,
    }));
    const parsed = { document, operations };
    this.known.set(key, parsed, { size: documentSize(document) });
    return parsed;
  }

  private parse(text: string): DocumentNode {
    const maxTokens = this.config.GRAPHQL_MAX_TOKENS;
    try {
      return parse(text, { maxTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      if (/more tha[nt] \d+ tokens/i.test(error.message))
        throw tooMuch('GRAPHQL_TOO_MANY_TOKENS', 'Token count', maxTokens, maxTokens + 1);
      throw this.errors.refusal([inPlainWords(error)]);
    }
  }
}

function noSuchOperation(name: string | undefined): GraphQLError {
  return new GraphQLError(
    name === undefined
      ? 'Must provide an operation name: there are several.'
      : `Unknown operation named "${name}".`,
  );
}
