import { View, ViewField } from '#libs/view';
import { ReviewView } from './review.view.ts';

/** The payload of `writeReview`. */
@View('WriteReviewPayload')
export class WriteReviewPayload {
  @ViewField(() => ReviewView)
  review!: ReviewView;
}
