import { MoneyView } from '#gateway/features/views/money.view';
import { NodeView } from '#gateway/features/views/node.view';
import { ViewField, View } from '#libs/view';
import { Float, ID } from '@nestjs/graphql';

/** A product. */
@View('Product', { implements: [NodeView] })
export class ProductView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => String)
  name!: string;

  @ViewField(() => String)
  description!: string;

  @ViewField(() => String)
  category!: string;

  @ViewField(() => MoneyView)
  price!: MoneyView;

  @ViewField(() => Boolean)
  inStock!: boolean;

  @ViewField(() => Float, { nullable: true, description: '0 to 5; null without ratings.' })
  rating!: number | null;

  @ViewField(() => String, { nullable: true })
  imageUrl!: string | null;
}
