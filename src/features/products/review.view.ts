import { DateTime, ViewField, View } from '#libs/view';
import { ID, Int } from '@nestjs/graphql';

/** A review of a product. */
@View('Review')
export class ReviewView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => String, { description: 'The display name of the author.' })
  authorName!: string;

  @ViewField(() => Int, { description: '1 to 5.' })
  rating!: number;

  @ViewField(() => String)
  text!: string;

  @ViewField(() => DateTime)
  writtenAt!: string;
}
