import { MoneyView } from '#gateway/features/views/money.view';
import { NodeView } from '#gateway/features/views/node.view';
import { Shown, View } from '#libs/view';
import { Float, ID } from '@nestjs/graphql';

/** A product. */
@View('Product', { implements: [NodeView] })
export class ProductView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => String)
  name!: string;

  @Shown(() => String)
  description!: string;

  @Shown(() => String)
  category!: string;

  @Shown(() => MoneyView)
  price!: MoneyView;

  @Shown(() => Boolean)
  inStock!: boolean;

  @Shown(() => Float, { nullable: true, description: '0 to 5; null without ratings.' })
  rating!: number | null;

  @Shown(() => String, { nullable: true })
  imageUrl!: string | null;
}
