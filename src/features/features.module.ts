import { ApiInfo } from '#gateway/declare/api-info';
import { Module } from '@nestjs/common';
import { AccountModule } from './account/account.module.ts';
import { AssistantModule } from './assistant/assistant.module.ts';
import { EventsModule } from './events/events.module.ts';
import { EXAMPLES } from './examples.ts';
import { HomeModule } from './home/home.module.ts';
import { NodeModule } from './node/node.module.ts';
import { OrdersModule } from './orders/orders.module.ts';
import { ProductsModule } from './products/products.module.ts';
import { SupportModule } from './support/support.module.ts';

const api: ApiInfo = {
  title: 'Atrium',
  description: 'One API in front of users, orders and products.',
  examples: EXAMPLES,
};

/** The features, one line each. */
const FEATURES = [
  AccountModule,
  AssistantModule,
  EventsModule,
  HomeModule,
  NodeModule,
  OrdersModule,
  ProductsModule,
  SupportModule,
];

@Module({ imports: FEATURES, providers: [{ provide: ApiInfo, useValue: api }], exports: FEATURES })
export class FeaturesModule {}
