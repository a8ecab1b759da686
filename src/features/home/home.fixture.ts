import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { aLine, anOrder, aProduct, aUser } from '#libs/testing';
import { parseFields, wholeView } from '#libs/view';
import { GetHome } from './get-home.ts';
import { HomeView } from './home.view.ts';

/** The selection of the home page without its joined fields. */
export const whole = wholeView(HomeView);
/** The selection of `?fields=`. */
export const selection = (fields: string) =>
  parseFields(fields, wholeView(HomeView, ['recentOrders.lines.product']));

/** The home page of `u1`, who has two orders, and its ports. */
export function aHome() {
  const products = [aProduct({ id: 'p1' }), aProduct({ id: 'p2' })];
  const lines = products.map(({ id }) => aLine({ productId: id }));
  const ports = {
    users: new UsersFake([aUser()]),
    orders: new OrdersFake([anOrder({ id: 'o1' }), anOrder({ id: 'o2', lines })]),
    products: new ProductsFake(products),
  };
  return { ...ports, getHome: new GetHome(ports.users, ports.orders, ports.products) };
}
