import { hash } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphqlParams } from './params.ts';
import { AutomaticPersistedQueries } from './automatic-persisted-queries.ts';
import { type PersistedOperation, persistedOperationsIn } from './persisted-operations.ts';

/** Resolves the document of a request by its text, its hash, or the id of a trusted operation, as GRAPHQL_MODE allows. */
@Injectable()
export class Documents implements OnModuleInit {
  /** The trusted operations, by id. */
  trusted: ReadonlyMap<string, PersistedOperation> = new Map();
  private readonly apq = new AutomaticPersistedQueries();
  private readonly byText = new Map<string, PersistedOperation>();
  private readonly byHash = new Map<string, PersistedOperation>();

  constructor(
    private readonly schemas: GraphQLSchemaHost,
    private readonly config: Config,
  ) {}

  /** Reads the trusted operations of CLIENTS_DIR. @throws {SettingsError} naming every wrong file */
  onModuleInit(): void {
    this.trusted = persistedOperationsIn(this.config.CLIENTS_DIR, this.schemas.schema);
    for (const operation of this.trusted.values()) {
      this.byText.set(operation.text, operation);
      this.byHash.set(hash('sha256', operation.text), operation);
    }
  }

  /**
   * The document's text, and the trusted operation with that text, if any.
   * @throws {GatewayError} GRAPHQL_UNKNOWN_DOCUMENT, GRAPHQL_NOT_TRUSTED, PERSISTED_QUERY_NOT_FOUND, BAD_REQUEST
   */
  resolve({ query, documentId, extensions }: GraphqlParams): { text: string; trusted?: PersistedOperation } {
    if (documentId !== undefined) {
      const trusted = this.trusted.get(documentId);
      if (!trusted) throw new GatewayError('GRAPHQL_UNKNOWN_DOCUMENT', { detail: 'No document has this id.' });
      return { text: trusted.text, trusted };
    }
    const { persistedQuery } = extensions as { persistedQuery?: { sha256Hash?: unknown } };
    const trusted = query === undefined ? this.named(persistedQuery) : this.byText.get(query);
    if (trusted) return { text: trusted.text, trusted };
    if (this.config.GRAPHQL_MODE === 'trusted') {
      throw new GatewayError('GRAPHQL_NOT_TRUSTED', { detail: 'Only trusted operations are accepted.' });
    }
    if (persistedQuery) return { text: this.apq.text(query, persistedQuery) };
    if (query) return { text: query };
    const errors = [{ field: 'query', message: 'Must be given' }];
    throw new GatewayError('BAD_REQUEST', {
      detail: 'The request has no document: send `query` or `documentId`.',
      errors,
    });
  }

  /** The trusted operation named by `sha256Hash`: its hash, or its id, since Apollo Client and urql cannot send `documentId`. */
  private named(persistedQuery: { sha256Hash?: unknown } | undefined): PersistedOperation | undefined {
    const sha256Hash = persistedQuery?.sha256Hash;
    if (typeof sha256Hash !== 'string') return undefined;
    return this.byHash.get(sha256Hash) ?? this.trusted.get(sha256Hash);
  }
}
