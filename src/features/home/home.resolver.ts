import { First } from '#gateway/declare/first';
import { Runs } from '#gateway/declare/runs';
import { RequestContext } from '#gateway/declare/request-context';
import { SemanticNonNull } from '#gateway/declare/semantic-non-null';
import { SelectedFields } from '#gateway/declare/selected-fields';
import { OrderView } from '#gateway/features/orders/order.view';
import { ProductView } from '#gateway/features/products/product.view';
import type { Context } from '#libs/upstream';
import type { Selection } from '#libs/view';
import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { GetHome, RECENT_ORDERS, RECOMMENDATIONS } from './get-home.ts';
import { HomeView } from './home.view.ts';

@Resolver(() => HomeView)
export class HomeResolver {
  constructor(private readonly getHome: GetHome) {}

  @Runs(GetHome)
  @SemanticNonNull()
  @Query(() => HomeView, { nullable: true, description: 'The home page.' })
  home(@RequestContext() context: Context, @SelectedFields() selection: Selection) {
    return this.getHome.run(context, selection);
  }

  @First()
  @ResolveField(() => [OrderView], { nullable: true })
  recentOrders(
    @Parent() { recentOrders }: HomeView,
    @Args('first', { type: () => Int, defaultValue: RECENT_ORDERS }) first: number,
  ) {
    return recentOrders?.slice(0, first) ?? null;
  }

  @First()
  @ResolveField(() => [ProductView], { nullable: true })
  recommendations(
    @Parent() { recommendations }: HomeView,
    @Args('first', { type: () => Int, defaultValue: RECOMMENDATIONS }) first: number,
  ) {
    return recommendations?.slice(0, first) ?? null;
  }
}
