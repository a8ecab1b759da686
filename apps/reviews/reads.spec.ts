import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage, Reads } from '#libs/storage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import { migrations } from './migrations.ts';
import { type ReviewsSchema, ReviewStore } from './review-store.ts';
import { seedReviews } from './seed.ts';

/** What the reads may use has the reviews of the demo here, and the primary database has none. */
describe('the reads of reviews, with replicas', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reviews-reads-'));
  const databases: Kysely<ReviewsSchema>[] = [];
  let store: ReviewStore;
  beforeAll(async () => {
    const open = (name: string) => openStorage<ReviewsSchema>({ name, dataDir: folder, migrations });
    const [primary, replica] = [await open('primary'), await open('replica')];
    databases.push(primary, replica);
    await seedReviews(replica, 1);
    store = new ReviewStore(primary, new Reads(replica, [], 0));
  });
  afterAll(async () => {
    for (const db of databases) await db.destroy();
    rmSync(folder, { recursive: true });
  });

  it('go to a replica for lists; what a review replaces is read where it is written', async () => {
    const [{ id, productId }] = (await databases[1]!
      .selectFrom('reviews')
      .select(['id', 'product_id as productId'])
      .orderBy('written_at', 'desc')
      .limit(1)
      .execute()) as [{ id: string; productId: string }];
    expect((await store.newestOf(productId, 1))[0]!.id).toBe(id);
    const review = { authorName: 'Ada', rating: 5, text: 'Bright.' };
    const written = await store.write('u1', productId, review);
    expect(await store.write('u1', productId, review)).toEqual(written);
    expect((await store.newestOf(productId, 1))[0]!.id).toBe(id);
  });
});
