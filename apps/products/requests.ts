import { products } from '#libs/contracts';
import { batchOfIds, isId, pageSize, text } from '#libs/service';
import { z } from 'zod';
import { ATTRIBUTES } from './schema.ts';

const MAX_WORDS = 10;

const searchWords = text(0, 200)
  .transform((search) => search.split(/\s+/).filter(Boolean))
  .refine((words) => words.length <= MAX_WORDS, `must be at most ${MAX_WORDS} words`);

/** The request of several products. */
export const batchRequest = z.object({ ids: batchOfIds });

const isAttribute = (name: string) => (ATTRIBUTES as readonly string[]).includes(name);

/** The request of a search. */
export const searchRequest = z.object({
  search: searchWords,
  category: text(0, 100),
  sort: z
    .enum(products.ProductSort, 'is not a sort order')
    .transform((sort) => sort || products.ProductSort.RELEVANCE),
  page: z
    .number()
    .min(0, 'must be at least 1, or 0 for 1')
    .transform((page) => page || 1),
  pageSize: pageSize(20),
  attributes: z
    .record(z.string(), text(1, 100))
    .refine((given) => Object.keys(given).every(isAttribute), `can be ${ATTRIBUTES.join(', ')}`),
});

/** The request of related products. */
export const relatedRequest = z.object({ productId: z.string(), pageSize: pageSize(8) });

/** The request of recommended products. */
export const recommendedRequest = z.object({ pageSize: pageSize(10) });

const reservationId = text(1, 128);

const reservationLine = z.object({
  productId: text(1, 64),
  quantity: z.number().min(1, 'must be 1 to 99').max(99, 'must be 1 to 99'),
});

/** The request of a reservation. */
export const reserveRequest = z.object({
  reservationId,
  lines: z
    .array(reservationLine)
    .min(1, 'must be 1 to 50')
    .max(50, 'must be 1 to 50')
    .refine(
      (lines) => new Set(lines.map((line) => line.productId)).size === lines.length,
      'must name each product once',
    ),
  ttlSeconds: z
    .number()
    .min(0, 'must be 1 to 3600, or 0 for 120')
    .max(3600, 'must be 1 to 3600, or 0 for 120')
    .transform((seconds) => seconds || 120),
});

/** The request for a reservation of the caller. */
export const reservationRequest = z.object({ reservationId });

const price = z.object({
  amountMinor: z
    .number()
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .max(Number.MAX_SAFE_INTEGER, 'must be at most 2^53-1'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters'),
});

const importedProduct = z.object({
  id: z.string().refine(isId, 'must be 1 to 64 of A-Z, a-z, 0-9, _ and -'),
  name: text(1, 200),
  description: text(0, 2_000),
  category: text(1, 100),
  price,
  available: z.number().min(0, 'must be 0 to 1000000').max(1_000_000, 'must be 0 to 1000000'),
  imageUrl: text(0, 2_000).refine((url) => url === '' || /^https:\/\/\S+$/.test(url), 'must be an https URL'),
});

/** The request of one batch of an import. */
export const importRequest = z.object({
  importId: text(1, 128),
  batch: z.number().min(0, 'must be at least 0'),
  products: z
    .array(importedProduct)
    .min(1, 'must be 1 to 200')
    .max(200, 'must be 1 to 200')
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'must have each id once'),
});

/** A validated batch. */
export type ImportBatch = z.output<typeof importRequest>;
