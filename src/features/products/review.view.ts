import { DateTime, Shown, View } from '#libs/view';
import { ID, Int } from '@nestjs/graphql';

/** What somebody thinks of a product. */
@View('Review')
export class ReviewView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => String, { description: 'As the author wants to be called.' })
  authorName!: string;

  @Shown(() => Int, { description: '1 to 5.' })
  rating!: number;

  @Shown(() => String)
  text!: string;

  @Shown(() => DateTime)
  writtenAt!: string;
}
