import { reviewsDocument } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { openServiceStorage, type RunningRestService, startRestService } from '#libs/service';
import type { DestinationStream } from 'pino';
import { migrations } from './migrations.ts';
import { ReviewsController } from './reviews.controller.ts';
import { type ReviewsSchema, ReviewStore } from './review-store.ts';
import { seedReviews } from './seed.ts';
import type { ReviewsSettings } from './settings.ts';

/**
 * Starts the reviews service: storage, demo data if `SEED` is set, HTTP server.
 * @param logTo where log lines go; standard output if not given
 * @throws {StorageError | PortInUseError}
 */
export async function startReviews(
  settings: ReviewsSettings,
  logTo?: DestinationStream,
): Promise<RunningRestService> {
  const { SEED: seed } = settings;
  const storage = await openServiceStorage<ReviewsSchema>('reviews', settings, migrations, async (db) => {
    if (seed !== undefined) await seedReviews(db, seed);
  });
  const store = new ReviewStore(storage.db, storage.reads);
  return startRestService({
    name: 'reviews',
    settings,
    document: reviewsDocument(),
    controllers: [ReviewsController],
    providers: [{ provide: ReviewStore, useValue: store }],
    logger: createLogger('reviews', settings.LOG_LEVEL, logTo),
    isReady: () => store.isReachable(),
    onStopped: () => storage.close(),
  });
}
