import { Config } from '#gateway/config/config';
import { OperationCalls } from '#gateway/transports/graphql/usage/operation-calls';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { PinoLogger } from 'nestjs-pino';
import type { GraphqlParams } from './params.ts';
import { AutomaticPersistedQueries } from './automatic-persisted-queries.ts';
import { type PersistedOperation, persistedOperationsIn } from './persisted-operations.ts';
import { type ReleasedOperation, releasedOperationsIn } from './released-operations.ts';
import { endedError, hasEnded } from './ended.ts';

/** The prefix of a document id that is a hash (GraphQL over HTTP, appendix A, "Prefixed Document Identifier"). */
const PREFIX = 'sha256:';
const HASH_ID = /^sha256:[0-9a-f]{64}$/;

/** The document of a request. */
export interface ResolvedDocument {
  text: string;
  /** The trusted operation with that text, if any. */
  trusted?: PersistedOperation;
}

/**
 * Resolves the document of a request by its text, its hash, or the id of a trusted operation, as GRAPHQL_MODE allows. Trusted are
 * the files of CLIENTS_DIR and all that were released before them.
 */
@Injectable()
export class Documents implements OnModuleInit, OnApplicationBootstrap {
  /** The operations of CLIENTS_DIR, by id. */
  trusted: ReadonlyMap<string, PersistedOperation> = new Map();
  private readonly apq = new AutomaticPersistedQueries();
  /** By `sha256:<hash>`; also by an id without a file, which means its last release. */
  private readonly byId = new Map<string, PersistedOperation>();
  private readonly byText = new Map<string, PersistedOperation>();
  /** The ids of released operations that do not fit the schema any more. */
  private readonly outdated = new Map<string, ReleasedOperation>();
  private warnings: readonly object[] = [];

  constructor(
    private readonly schemas: GraphQLSchemaHost,
    private readonly config: Config,
    private readonly calls: OperationCalls,
    private readonly logger: PinoLogger,
  ) {}

  /** Reads the operations of CLIENTS_DIR and RELEASED_DIR. @throws {SettingsError} naming every wrong file */
  onModuleInit(): void {
    const { schema } = this.schemas;
    const trusted = persistedOperationsIn(this.config.CLIENTS_DIR, schema);
    const { operations, outdated } = releasedOperationsIn(this.config.RELEASED_DIR, schema);
    for (const { operation } of outdated) for (const id of idsOf(operation)) this.outdated.set(id, operation);
    this.warnings = outdated.map(({ operation: { sha256, ids, releases }, reason }) => {
      return { sha256, ids, releases, reason };
    });
    const isOutdated = new Set(outdated.map(({ operation }) => operation));
    for (const operation of operations.values())
      if (!isOutdated.has(operation)) this.add(operation, idsOf(operation));
    for (const operation of trusted.values()) {
      const retirement = operations.get(operation.sha256)?.retirement;
      if (retirement) operation.retirement = retirement;
      this.add(operation, [PREFIX + operation.sha256]);
    }
    this.trusted = trusted;
  }

  /** Names the released operations that do not fit: there is no logger before. */
  onApplicationBootstrap(): void {
    for (const warning of this.warnings) this.logger.warn(warning, 'released operation does not fit the schema');
  }

  /** Every trusted operation, released ones included. */
  get all(): Iterable<PersistedOperation> {
    return new Set([...this.trusted.values(), ...this.byId.values()]);
  }

  /**
   * The trusted operation with an id, such as `web/home` or `sha256:<hash>`; undefined without one.
   * @throws {GatewayError} GONE for one that has ended; BAD_REQUEST for a hash that is not 64 digits in lower case
   */
  find(context: Context, id: string): PersistedOperation | undefined {
    if (id.slice(0, PREFIX.length).toLowerCase() === PREFIX && !HASH_ID.test(id)) {
      const errors = [{ field: 'documentId', message: 'Must be sha256: and 64 hexadecimal digits in lower case' }];
      throw new GatewayError('BAD_REQUEST', { detail: '`documentId` is not a SHA-256 hash.', errors });
    }
    return this.kept(context, this.withId(id));
  }

  /**
   * The document of a request.
   * @throws {GatewayError} GRAPHQL_UNKNOWN_DOCUMENT, GRAPHQL_NOT_TRUSTED, PERSISTED_QUERY_NOT_FOUND, GONE, BAD_REQUEST
   */
  resolve(context: Context, params: GraphqlParams): ResolvedDocument {
    const { query, documentId, extensions } = params;
    if (documentId !== undefined) return this.named(context, documentId, params);
    const { persistedQuery } = extensions as { persistedQuery?: { sha256Hash?: unknown } };
    const trusted = query === undefined ? this.byHash(persistedQuery?.sha256Hash) : this.byText.get(query);
    if (trusted) return { text: trusted.text, trusted: this.kept(context, trusted) };
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

  /** The document with an id. What else names a document must name the same. */
  private named(context: Context, documentId: string, { query, extensions }: GraphqlParams): ResolvedDocument {
    const trusted = this.find(context, documentId);
    // It is validated like any document, so that the client learns which fields have gone.
    const found = trusted ?? this.kept(context, this.outdated.get(documentId));
    if (!found) throw new GatewayError('GRAPHQL_UNKNOWN_DOCUMENT', { detail: 'No document has this id.' });
    const { sha256Hash } = (extensions['persistedQuery'] ?? {}) as { sha256Hash?: unknown };
    if (query && query !== found.text) throw ambiguous('query');
    if (sha256Hash !== undefined && (this.byHash(sha256Hash)?.sha256 ?? sha256Hash) !== found.sha256)
      throw ambiguous('extensions.persistedQuery');
    return trusted ? { text: trusted.text, trusted } : { text: found.text };
  }

  /** The trusted operation named by `sha256Hash`: its hash, or its id, since Apollo Client and urql cannot send `documentId`. */
  private byHash(sha256Hash: unknown): PersistedOperation | undefined {
    if (typeof sha256Hash !== 'string') return undefined;
    return this.byId.get(PREFIX + sha256Hash) ?? this.withId(sha256Hash);
  }

  /** Refuses an operation that has ended, and counts the call. */
  private kept<T extends PersistedOperation | undefined>(context: Context, operation: T): T {
    if (operation?.retirement && hasEnded(operation.retirement)) {
      this.calls.count(context, operation, true);
      throw endedError(operation.retirement);
    }
    return operation;
  }

  private withId(id: string): PersistedOperation | undefined {
    return this.trusted.get(id) ?? this.byId.get(id);
  }

  private add(operation: PersistedOperation, ids: readonly string[]): void {
    this.byText.set(operation.text, operation);
    for (const id of ids) this.byId.set(id, operation);
  }
}

const idsOf = ({ ids, sha256 }: ReleasedOperation): string[] => [...ids, PREFIX + sha256];

function ambiguous(field: string): GatewayError {
  return new GatewayError('BAD_REQUEST', {
    detail: `\`documentId\` and \`${field}\` name different documents.`,
    errors: [{ field, message: 'Must be of the same document as `documentId`' }],
  });
}
