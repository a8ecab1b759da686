import { type CategoryWords, KINDS_BY_CATEGORY, STYLES } from './product-words.ts';
import { random, type Random } from './random.ts';

/** A product of the demo. */
export interface DemoProduct {
  id: string;
  /** Unique. */
  name: string;
  description: string;
  category: string;
  /** In cents. */
  priceMinor: number;
  currency: 'USD';
  /** The units in stock; some products have none. */
  stock: number;
  /** 0 to 5 with one decimal; null without ratings. */
  rating: number | null;
  imageUrl: string | null;
}

/** The 12 categories. */
export const DEMO_CATEGORIES: readonly string[] = Object.keys(KINDS_BY_CATEGORY);

/** 1,200 products, `p1` to `p1200`, 100 in each category; consecutive ids have different categories. */
export function demoProducts(seed: number): DemoProduct[] {
  const chosen = random(seed, 'products');
  const shelves = Object.entries(KINDS_BY_CATEGORY).map(([category, words]) => shelf(category, words, chosen));
  return shelves[0]!
    .flatMap((_, row) => shelves.map((of) => of[row]!))
    .map((product, index) => {
      const id = `p${index + 1}`;
      const imageUrl = chosen.chance(0.95) ? `https://images.example.com/products/${id}.jpg` : null;
      return { id, ...product, imageUrl };
    });
}

/** Every kind of product in every style, shuffled. */
function shelf(category: string, words: CategoryWords, { shuffle, whole, chance, pick }: Random) {
  const names = words.kinds.flatMap((kind) => STYLES.map((style) => ({ kind, style })));
  return shuffle(names).map(({ kind, style }) => ({
    name: `${style.name} ${kind}`,
    description: `${style.promise}. ${pick(words.notes)}.`,
    category,
    priceMinor: Math.round((whole(...words.priceUsd) * style.priceFactor) / 5) * 500 + 499,
    currency: 'USD' as const,
    stock: chance(0.06) ? 0 : whole(1, 250),
    rating: chance(0.12) ? null : whole(24, 50) / 10,
  }));
}
