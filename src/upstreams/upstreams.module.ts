import { answered } from '#gateway/config/answered';
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
  answered(Users, (to, at) => new UsersRest(to.rest('users', at.USERS_URL, usersDocument()))),
  answered(Orders, (to, at) => new OrdersGrpc(to.grpc('orders', at.ORDERS_URL))),
  answered(Products, (to, at) => new ProductsGrpc(to.grpc('products', at.PRODUCTS_URL))),
  answered(Reviews, (to, at) => new ReviewsRest(to.rest('reviews', at.REVIEWS_URL, reviewsDocument()))),
  answered(Assistant, (to, at) => new AssistantRest(assistantClient(to, at), at.ASSISTANT_MODEL)),
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
