import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Activity } from '#gateway/declare/activity';
import { Limited } from '#gateway/declare/limited';
import { withProducts } from '#gateway/features/orders/order-products.join';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import { gather, optional } from '#libs/gather';
import { type Context, readable } from '#libs/upstream';
import { firstOf, Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';
import type { HomeView } from './home.view.ts';

/** How many of the newest orders the page has where the client does not say. */
export const RECENT_ORDERS = 5;

/** How many recommended products the page has where the client does not say. */
export const RECOMMENDATIONS = 10;

/** Reads the parts of the home page. */
@Scopes('profile:read', 'orders:read')
@Limited({ cost: 4 })
@Activity({ event: 'browse', isFrequent: true })
@Refuses('NOT_FOUND')
@Injectable()
export class GetHome {
  constructor(
    private readonly users: Users,
    private readonly orders: Orders,
    private readonly products: Products,
  ) {}

  /**
   * Reads the selected parts concurrently; each is optional.
   * @throws {GatewayError} VALIDATION_FAILED for a `first` outside 1 to 100; UPSTREAM_* if no part answers
   */
  async run(context: Context, selection: Selection): Promise<HomeView> {
    const orders = selection.at('recentOrders');
    const recommendations = selection.at('recommendations');
    // Validated here: inside an optional part the error would count as a failure of the upstream.
    const newest = firstOf(orders ?? Selection.leaf, RECENT_ORDERS);
    const best = firstOf(recommendations ?? Selection.leaf, RECOMMENDATIONS);
    return gather(context, {
      user: selection.has('user') && optional((context) => this.user(context)),
      recentOrders: orders !== undefined && optional((context) => this.recentOrders(context, newest, orders)),
      recommendations:
        recommendations !== undefined &&
        optional(async (context) => readable(context, await this.products.recommended(context, best))),
    });
  }

  private async user(context: Context) {
    const user = await this.users.byId(context, context.caller.id!);
    if (!user) throw new GatewayError('NOT_FOUND', { detail: 'This account no longer exists.' });
    return user;
  }

  private async recentOrders(context: Context, first: number, selection: Selection) {
    const orders = readable(context, await this.orders.recent(context, first));
    return withProducts(context, orders, this.products, selection);
  }
}
