import { provide } from '#gateway/config/provide-upstream';
import type { Config } from '#gateway/config/config';
import { UpstreamClientsModule } from '#gateway/config/upstream-clients.module';
import { assistantDocument, reviewsDocument, usersDocument } from '#libs/contracts';
import type { UpstreamClients } from '#libs/upstream';
import { Global, Module } from '@nestjs/common';
import { Assistant } from './assistant/assistant.port.ts';
import { AssistantRest } from './assistant/assistant.rest.ts';
import { OrdersGrpc } from './orders/orders.grpc.ts';
import { Orders } from './orders/orders.port.ts';
import { ProductsGrpc } from './products/products.grpc.ts';
import { Products } from './products/products.port.ts';
import { Reviews } from './reviews/reviews.port.ts';
import { ReviewsRest } from './reviews/reviews.rest.ts';
import { Users } from './users/users.port.ts';
import { UsersRest } from './users/users.rest.ts';

/** The adapter of each port, one line each. */
const ports = [
  provide(Users, (to, config) => new UsersRest(to.rest('users', config.USERS_URL, usersDocument()))),
  provide(Orders, (to, config) => new OrdersGrpc(to.grpc('orders', config.ORDERS_URL))),
  provide(Products, (to, config) => new ProductsGrpc(to.grpc('products', config.PRODUCTS_URL))),
  provide(Reviews, (to, config) => new ReviewsRest(to.rest('reviews', config.REVIEWS_URL, reviewsDocument()))),
  provide(Assistant, (to, config) => new AssistantRest(assistantClient(to, config), config.ASSISTANT_MODEL)),
];

/** Provides the ports of all upstreams. */
@Global()
@Module({
  imports: [UpstreamClientsModule],
  providers: ports,
  exports: ports.map(({ provide }) => provide),
})
export class UpstreamsModule {}

/** The client of our own assistant, or of an external provider if there is an API key. */
const assistantClient = (to: UpstreamClients, { ASSISTANT_URL, ASSISTANT_API_KEY }: Config) =>
  to.rest('assistant', ASSISTANT_URL, assistantDocument(), ASSISTANT_API_KEY);
