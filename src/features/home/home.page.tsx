import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { OrderRows } from '#gateway/features/orders/order-rows.part.tsx';
import { ProductCards } from '#gateway/features/products/product-cards.part.tsx';
import { isAllowed } from '#gateway/identity/authorize';
import { Page } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { wholeView } from '#libs/view';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { GetHome } from './get-home.ts';
import { GetVisitorHome } from './get-visitor-home.ts';
import { HomeView } from './home.view.ts';

const WHOLE = wholeView(HomeView);

/** The start page: the visitor's own once logged in with the rights for it, else one that caches share. */
@ApiExcludeController()
@Controller({ path: 'shop', version: VERSION_NEUTRAL })
export class HomePage {
  constructor(
    private readonly getHome: GetHome,
    private readonly getVisitorHome: GetVisitorHome,
    private readonly pages: PageResponder,
  ) {}

  @Runs(GetVisitorHome)
  @Page()
  @Get()
  home(@PageVisit() visit: Visit) {
    const isOwn = visit.callerId !== undefined && isAllowed(visit.context, GetHome);
    return isOwn ? this.ofCaller(visit) : this.ofVisitors(visit);
  }

  private ofCaller(visit: Visit) {
    const { context, language } = visit;
    const t = shopMessages[language].home;
    return this.pages.ofParts(visit, {
      load: () => this.getHome.run(context, WHOLE),
      head: () => ({ name: 'home', title: t.title, path: '/shop' }),
      parts: {
        user: { label: t.you, of: ({ name }: NonNullable<HomeView['user']>) => <p>{t.back(name)}</p> },
        recentOrders: {
          label: t.recentOrders,
          of: (orders: NonNullable<HomeView['recentOrders']>) => <OrderRows language={language} orders={orders} />,
        },
        recommendations: {
          label: t.recommendations,
          of: (products: NonNullable<HomeView['recommendations']>) => (
            <ProductCards language={language} products={products} />
          ),
        },
      },
    });
  }

  private async ofVisitors(visit: Visit) {
    if (visit.callerId === undefined) visit.share('Cookie');
    const { home, tagline } = shopMessages[visit.language];
    const { best } = await this.getVisitorHome.run(visit.context);
    return this.pages.whole(visit, {
      name: 'home',
      title: home.title,
      description: tagline,
      path: '/shop',
      content: (
        <>
          <p class="lead">{tagline}</p>
          <section class="part" id="best">
            <h2>{home.best}</h2>
            <ProductCards language={visit.language} products={best} />
          </section>
        </>
      ),
    });
  }
}
