import { shopMessages } from '#gateway/features/messages/messages';
import type { Visit } from '#gateway/transports/html/visit';
import type { Html } from '#libs/html';

/**
 * The visitor's own part of the navigation.
 * @param items in the cart; undefined on a page that caches share, where a script fetches this part, and links work without it
 */
export function AccountIsland({ visit, items }: { visit: Visit; items: number | undefined }): Html {
  const { nav } = shopMessages[visit.language];
  const isKnown = visit.callerId !== undefined;
  return (
    <ul>
      <li>
        <a href="/shop/cart">
          {nav.cart} <span data-cart-count>{items}</span>
        </a>
      </li>
      <li>
        {isKnown || visit.isShared ? (
          <a href="/shop/account">{nav.account}</a>
        ) : (
          <a href="/shop/login">{nav.login}</a>
        )}
      </li>
    </ul>
  );
}
