import { runProcess } from '#libs/process';
import { readReviewsSettings } from './settings.ts';
import { startReviews } from './start-reviews.ts';

await runProcess('reviews', async () => startReviews(readReviewsSettings(process.env)));
