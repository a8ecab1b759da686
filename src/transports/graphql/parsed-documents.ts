import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { documentSize, MAX_CACHED_TOKENS } from './operation/document-size.ts';

/**
 * The documents that Apollo Server has parsed and validated, by their hash. Its own store counts their JSON, of which a parsed
 * document takes three times the memory, up to 30 MiB.
 */
export class ParsedDocuments {
  private readonly known = new LRUCache<string, DocumentNode>({
    maxSize: MAX_CACHED_TOKENS,
    sizeCalculation: documentSize,
  });

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.known.get(key);
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    this.known.set(key, document);
  }

  async delete(key: string): Promise<boolean> {
    return this.known.delete(key);
  }
}
