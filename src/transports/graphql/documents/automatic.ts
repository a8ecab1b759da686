import { hash } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import { LRUCache } from 'lru-cache';

/** How much is kept, in characters. */
const MOST = 4_000_000;

/** Documents that clients have sent once, and ask for by their hash from then on (Apollo's automatic persisted queries). */
export class AutomaticDocuments {
  private readonly known = new LRUCache<string, string>({
    maxSize: MOST,
    sizeCalculation: ({ length }) => length || 1,
  });

  /**
   * The text of a document that is asked for by its hash, or comes with it.
   * @throws {GatewayError} PERSISTED_QUERY_NOT_FOUND: the client sends it then; BAD_REQUEST where the hash is another's
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
      throw new GatewayError('BAD_REQUEST', { detail: 'The hash is not that of the document.' });
    }
    this.known.set(sha256Hash, query);
    return query;
  }
}
