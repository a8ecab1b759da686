import { Config } from '#gateway/config/config';
import { LoginForm } from '#gateway/features/account/login-form.part.tsx';
import { shopMessages } from '#gateway/features/messages/messages';
import { cartIn } from '#gateway/features/orders/cart/cart';
import type { Site } from '#gateway/transports/html/site';
import type { Visit } from '#gateway/transports/html/visit';
import type { Html } from '#libs/html';
import { Injectable } from '@nestjs/common';
import { AccountIsland } from './account-island.tsx';

/** The navigation and the footer of the shop. */
@Injectable()
export class ShopSite implements Site {
  readonly home = '/shop';
  readonly name = 'Atrium Shop';

  constructor(private readonly config: Config) {}

  header(visit: Visit): Html {
    const t = shopMessages[visit.language];
    return (
      <header class="bar">
        <a class="brand" href={this.home}>
          {this.name}
        </a>
        <form role="search" class="search" action="/shop/search">
          <label>
            <span class="hidden">{t.searchFor}</span>
            <input type="search" name="q" maxlength="200" placeholder={t.searchFor} />
          </label>
          <button class="plain">{t.nav.search}</button>
        </form>
        <nav aria-label={t.nav.label}>
          <ul>
            <li>
              <a href="/shop/orders">{t.nav.orders}</a>
            </li>
            <li>
              <a href="/shop/assistant">{t.nav.assistant}</a>
            </li>
          </ul>
        </nav>
        <div id="account" data-island={visit.isShared && '/shop/islands/account'}>
          <AccountIsland visit={visit} items={visit.isShared ? undefined : cartIn(visit.request).count} />
        </div>
        <p class="notice" data-offline role="status" hidden>
          {t.offline}
        </p>
      </header>
    );
  }

  login(visit: Visit, next: string): Html {
    return (
      <>
        <p class="notice">{shopMessages[visit.language].login.needed}</p>
        <LoginForm visit={visit} next={next} hasProvider={this.config.OIDC_ISSUER !== undefined} />
      </>
    );
  }

  footer({ language }: Visit): Html {
    const { footer } = shopMessages[language];
    return (
      <footer aria-label={footer.label}>
        <p>{footer.made}</p>
        <p>
          <a href="/docs">{footer.api}</a>
        </p>
      </footer>
    );
  }
}
