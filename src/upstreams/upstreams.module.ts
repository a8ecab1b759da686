import { Config } from '#gateway/config/config';
import { InternalTokenSigner } from '#libs/internal-token';
import { DetachedWork, UpstreamClients } from '#libs/upstream';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { OrdersGrpc } from './orders/orders.grpc.ts';
import { Orders } from './orders/orders.port.ts';
import { ProductsGrpc } from './products/products.grpc.ts';
import { Products } from './products/products.port.ts';
import { Users } from './users/users.port.ts';
import { UsersRest } from './users/users.rest.ts';

const inject = [UpstreamClients, Config];

/** Which adapter answers for which port: one line each. */
const ports = [
  {
    provide: Users,
    inject,
    useFactory: (to: UpstreamClients, at: Config) => new UsersRest(to.rest('users', at.USERS_URL)),
  },
  {
    provide: Orders,
    inject,
    useFactory: (to: UpstreamClients, at: Config) => new OrdersGrpc(to.grpc('orders', at.ORDERS_URL)),
  },
  {
    provide: Products,
    inject,
    useFactory: (to: UpstreamClients, at: Config) => new ProductsGrpc(to.grpc('products', at.PRODUCTS_URL)),
  },
];

/** Whom the gateway asks. */
@Global()
@Module({
  providers: [
    {
      provide: UpstreamClients,
      inject: [Config, PinoLogger],
      useFactory: (config: Config, { logger }: PinoLogger) =>
        new UpstreamClients(new InternalTokenSigner(config.INTERNAL_TOKEN_KEY), logger),
    },
    DetachedWork,
    ...ports,
  ],
  exports: [UpstreamClients, DetachedWork, Users, Orders, Products],
})
export class UpstreamsModule implements OnApplicationShutdown {
  constructor(
    private readonly clients: UpstreamClients,
    private readonly work: DetachedWork,
  ) {}

  /** Writes that have begun end before the connections do, even where their clients have left. */
  async onApplicationShutdown(): Promise<void> {
    await this.work.settled();
    await this.clients.close();
  }
}
