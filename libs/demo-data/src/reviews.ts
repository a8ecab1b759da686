import { demoProducts } from './products.ts';
import { random } from './random.ts';
import { OPENINGS, REMARKS } from './review-words.ts';
import { DEMO_EPOCH } from './users.ts';
import { FIRST_NAMES, LAST_NAMES } from './user-words.ts';

/** A review of a demo product. */
export interface DemoReview {
  id: string;
  productId: string;
  /** `Ada L.` */
  authorName: string;
  /** 1 to 5. */
  rating: number;
  text: string;
  /** RFC 3339 UTC, within the year before `DEMO_EPOCH`. */
  writtenAt: string;
}

const MAX_PER_PRODUCT = 7;
const YEAR_SECONDS = 365 * 86_400;

/** About 3,700 reviews, `r1` and on: one to seven of each product that has a rating, around that rating. */
export function demoReviews(seed: number): DemoReview[] {
  const { whole, pick } = random(seed, 'reviews');
  const rated = demoProducts(seed).flatMap(({ id, rating }) => (rating === null ? [] : [{ id, rating }]));
  const about = rated.flatMap((product) => Array.from({ length: whole(1, MAX_PER_PRODUCT) }, () => product));
  return about.map((product, index) => {
    const rating = Math.min(5, Math.max(1, Math.round(product.rating + whole(-1, 1))));
    return {
      id: `r${index + 1}`,
      productId: product.id,
      authorName: `${pick(FIRST_NAMES)} ${pick(LAST_NAMES).charAt(0)}.`,
      rating,
      text: `${pick(OPENINGS[rating - 1]!)} ${pick(REMARKS)}`,
      writtenAt: new Date(DEMO_EPOCH - whole(1, YEAR_SECONDS) * 1000).toISOString(),
    };
  });
}
