import { runService } from '#libs/process';
import { readReviewsSettings } from './settings.ts';
import { startReviews } from './start-reviews.ts';

await runService('reviews', async () => startReviews(readReviewsSettings(process.env)));
