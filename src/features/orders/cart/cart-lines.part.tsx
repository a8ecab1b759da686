import { shopMessages } from '#gateway/features/messages/messages';
import { productPath } from '#gateway/features/products/product-cards.part.tsx';
import { money } from '#gateway/transports/html/format';
import type { Language } from '#gateway/transports/html/language';
import type { Html, HtmlValue } from '#libs/html';
import type { PricedCart, PricedLine } from './get-cart.ts';

/** The lines of a cart and their total. @param quantityOf what shows the quantity of a line */
export function CartLines({
  language,
  cart: { lines, total },
  quantityOf,
}: {
  language: Language;
  cart: PricedCart;
  quantityOf(line: PricedLine): HtmlValue;
}): Html {
  const t = shopMessages[language];
  return (
    <section class="scroll" aria-label={t.cart.title} tabindex="0">
      <table class="lines">
        <thead>
          <tr>
            <th scope="col">{t.order.product}</th>
            <th scope="col">{t.order.quantity}</th>
            <th scope="col">{t.order.price}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <th scope="row">
                {line.product ? <a href={productPath(line.productId)}>{line.product.name}</a> : line.productId}
              </th>
              <td>{quantityOf(line)}</td>
              <td>{line.product && money(language, line.product.price)}</td>
            </tr>
          ))}
        </tbody>
        {total && (
          <tfoot>
            <tr>
              <th scope="row" colspan="2">
                {t.order.total}
              </th>
              <td>{money(language, total)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}
