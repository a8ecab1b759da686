import { hash } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import { LRUCache } from 'lru-cache';

/** The most document text cached, in characters. */
const MAX_CHARS = 4_000_000;
/** What an entry takes besides its text: the hash and its place in the cache. */
const ENTRY_CHARS = 300;

/** Caches documents that clients send once and then name by hash (Apollo's automatic persisted queries, APQ). */
export class AutomaticPersistedQueries {
  private readonly known = new LRUCache<string, string>({
    maxSize: MAX_CHARS,
    sizeCalculation: ({ length }) => length + ENTRY_CHARS,
  });

  /**
   * The text of a document named by its hash; caches a document sent with its hash.
   * @throws {GatewayError} PERSISTED_QUERY_NOT_FOUND for an unknown hash, which makes clients send the document; BAD_REQUEST for a
   * hash of another document
   */
  text(query: unknown, { version, sha256Hash }: { version?: unknown; sha256Hash?: unknown }): string {
    if (version !== 1 || typeof sha256Hash !== 'string') {
      throw new GatewayError('BAD_REQUEST', { detail: 'persistedQuery must have version 1 and a sha256Hash.' });
    }
    if (query === undefined) {
      const found = this.known.get(sha256Hash);
      if (found === undefined)
        throw new GatewayError('PERSISTED_QUERY_NOT_FOUND', { detail: 'PersistedQueryNotFound' });
      return found;
    }
    if (typeof query !== 'string' || hash('sha256', query) !== sha256Hash) {
      throw new GatewayError('BAD_REQUEST', { detail: 'sha256Hash is not the SHA-256 hash of the query.' });
    }
    this.known.set(sha256Hash, query);
    return query;
  }
}
