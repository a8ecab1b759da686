import { DateTime, Shown, View } from '#libs/view';
import { ID, Int } from '@nestjs/graphql';

/** A review of a product. */
@View('Review')
export class ReviewView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => String, { description: 'The display name of the author.' })
  authorName!: string;

  @Shown(() => Int, { description: '1 to 5.' })
  rating!: number;

  @Shown(() => String)
  text!: string;

  @Shown(() => DateTime)
  writtenAt!: string;
}
