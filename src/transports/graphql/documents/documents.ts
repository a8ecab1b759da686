import { hash } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphqlParams } from './params.ts';
import { AutomaticDocuments } from './automatic.ts';
import { type TrustedOperation, trustedOperationsIn } from './trusted-operations.ts';

/** Which document is asked for, and whether it may be: by its text, by its hash, or by the id of a trusted operation. */
@Injectable()
export class Documents implements OnModuleInit {
  /** By id. */
  trusted: ReadonlyMap<string, TrustedOperation> = new Map();
  private readonly automatic = new AutomaticDocuments();
  private readonly byText = new Map<string, TrustedOperation>();
  private readonly byHash = new Map<string, TrustedOperation>();

  constructor(
    private readonly schemas: GraphQLSchemaHost,
    private readonly config: Config,
  ) {}

  /** @throws {SettingsError} */
  onModuleInit(): void {
    this.trusted = trustedOperationsIn(this.config.CLIENTS_DIR, this.schemas.schema);
    for (const operation of this.trusted.values()) {
      this.byText.set(operation.text, operation);
      this.byHash.set(hash('sha256', operation.text), operation);
    }
  }

  /**
   * The text of the document, and the trusted operation that it is.
   * @throws {GatewayError} GRAPHQL_UNKNOWN_DOCUMENT, GRAPHQL_NOT_TRUSTED, PERSISTED_QUERY_NOT_FOUND, BAD_REQUEST
   */
  resolve({ query, documentId, extensions }: GraphqlParams): { text: string; trusted?: TrustedOperation } {
    if (documentId !== undefined) {
      const trusted = this.trusted.get(documentId);
      if (!trusted)
        throw new GatewayError('GRAPHQL_UNKNOWN_DOCUMENT', { detail: 'There is no document of this id.' });
      return { text: trusted.text, trusted };
    }
    const { persistedQuery } = extensions as { persistedQuery?: { sha256Hash?: unknown } };
    const trusted = query === undefined ? this.named(persistedQuery) : this.byText.get(query);
    if (trusted) return { text: trusted.text, trusted };
    if (this.config.GRAPHQL_MODE === 'trusted') {
      throw new GatewayError('GRAPHQL_NOT_TRUSTED', { detail: 'Only operations that are known here are taken.' });
    }
    if (persistedQuery) return { text: this.automatic.text(query, persistedQuery) };
    if (query) return { text: query };
    const errors = [{ field: 'query', message: 'Must be given' }];
    throw new GatewayError('BAD_REQUEST', {
      detail: 'There is no document: send `query` or `documentId`.',
      errors,
    });
  }

  /** Clients that know no `documentId` send what a document is known by, its hash or an id, as a hash: Apollo Client, urql. */
  private named(persistedQuery: { sha256Hash?: unknown } | undefined): TrustedOperation | undefined {
    const sha256Hash = persistedQuery?.sha256Hash;
    if (typeof sha256Hash !== 'string') return undefined;
    return this.byHash.get(sha256Hash) ?? this.trusted.get(sha256Hash);
  }
}
