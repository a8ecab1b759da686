import type { DocumentNode } from 'graphql';

/** The largest sum of the sizes of documents that a cache keeps: some 30 MB. */
export const MAX_CACHED_TOKENS = 60_000;

/** What a document without content would count: its key, its operations and the entry. */
const FIXED_TOKENS = 10;

/**
 * The size of a parsed document in tokens, of which each takes up to 500 bytes. Its text tells less: 200 fields of one letter
 * take 245 bytes a character, and a long name with much space takes 20.
 */
export const documentSize = ({ tokenCount = 0 }: DocumentNode): number => tokenCount + FIXED_TOKENS;
