import { demoReviews } from '#libs/demo-data';
import { transact } from '#libs/storage';
import type { Kysely } from 'kysely';
import type { ReviewsSchema } from './review-store.ts';

/** The number of rows per insert statement. */
const BATCH = 500;

/** Fills an empty table with the demo's reviews, all or none. Does nothing if there are reviews. */
export async function seedReviews(db: Kysely<ReviewsSchema>, seed: number): Promise<void> {
  const rows = demoReviews(seed).map(({ productId, authorName, writtenAt, ...review }, index) => ({
    ...review,
    product_id: productId,
    author_name: authorName,
    written_at: writtenAt,
    details: JSON.stringify({ language: 'en', purchase: index % 3 ? 'verified' : 'unknown' }),
  }));
  await transact(db, async (transaction) => {
    if (await transaction.selectFrom('reviews').select('id').limit(1).executeTakeFirst()) return;
    for (let start = 0; start < rows.length; start += BATCH) {
      // Two processes may seed one database concurrently: their rows are the same.
      await transaction
        .insertInto('reviews')
        .values(rows.slice(start, start + BATCH))
        .onConflict((on) => on.doNothing())
        .execute();
    }
  });
}
