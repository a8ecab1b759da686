import { createHash } from 'node:crypto';
import type { ProductRow } from './schema.ts';

/** Sorts well-rated products for a caller: each caller has stable preferences for categories, worth up to one star. */
export function suited(callerId: string, candidates: readonly ProductRow[]): ProductRow[] {
  const likings = new Map<string, number>();
  const liking = (category: string): number => {
    const known = likings.get(category) ?? fraction(`${callerId} ${category}`);
    likings.set(category, known);
    return known;
  };
  const score = ({ rating, category }: ProductRow): number => (rating ?? 0) + liking(category);
  return candidates
    .map((product) => ({ product, score: score(product) }))
    .sort((a, b) => b.score - a.score || (a.product.id < b.product.id ? -1 : 1))
    .map(({ product }) => product);
}

/** A number from 0 to 1, derived from the text. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
