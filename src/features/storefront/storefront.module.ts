import type { Config } from '#gateway/config/config';
import { AccountPage } from '#gateway/features/account/account.page.tsx';
import { LoginPage } from '#gateway/features/account/login.page.tsx';
import { AssistantPage } from '#gateway/features/assistant/assistant.page.tsx';
import { FeaturesModule } from '#gateway/features/features.module';
import { HomePage } from '#gateway/features/home/home.page.tsx';
import { CartPage } from '#gateway/features/orders/cart/cart.page.tsx';
import { CheckoutPage } from '#gateway/features/orders/checkout.page.tsx';
import { OrdersPage } from '#gateway/features/orders/orders.page.tsx';
import { ProductDetailPage } from '#gateway/features/products/product.page.tsx';
import { ReviewPage } from '#gateway/features/products/review.page.tsx';
import { SearchPage } from '#gateway/features/products/search.page.tsx';
import { ChatPage } from '#gateway/features/support/chat.page.tsx';
import { HtmlModule } from '#gateway/transports/html/html.module';
import { type DynamicModule, Module } from '@nestjs/common';
import { IslandsPage } from './islands.page.tsx';
import { OtherPages } from './other-pages.page.tsx';
import { ShopSite } from './shop-site.tsx';

/** The pages of the shop, unless STOREFRONT is off: one line each. */
@Module({})
export class StorefrontModule {
  static of({ STOREFRONT }: Config): DynamicModule {
    if (STOREFRONT === 'off') return { module: StorefrontModule };
    return {
      module: StorefrontModule,
      imports: [HtmlModule.of(ShopSite), FeaturesModule],
      controllers: [
        HomePage,
        SearchPage,
        ProductDetailPage,
        ReviewPage,
        CartPage,
        CheckoutPage,
        OrdersPage,
        ChatPage,
        AssistantPage,
        LoginPage,
        AccountPage,
        IslandsPage,
        OtherPages,
      ],
    };
  }
}
