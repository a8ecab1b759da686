import { randomUUID } from 'node:crypto';
import { Scopes } from '#gateway/declare/access';
import { idempotencyKey } from '#gateway/declare/idempotency-key';
import { Limited } from '#gateway/declare/limited';
import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { number } from '#gateway/transports/html/format';
import { FromForm } from '#gateway/transports/html/forms';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { GatewayError } from '#libs/errors';
import { reasonOf } from '#libs/gather';
import type { Html, HtmlValue } from '#libs/html';
import { type InputOf, body } from '#libs/view';
import { Controller, Get, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Cart, cartIn, keepCart, MAX_CART_BYTES } from './cart/cart.ts';
import { CartLines } from './cart/cart-lines.part.tsx';
import { GetCart, type PricedCart } from './cart/get-cart.ts';
import { orderPath } from './order-rows.part.tsx';
import type { OrderRefusedView } from './order-result.view.ts';
import { PlaceOrder } from './place-order.ts';

/** The order as the visitor saw it: with the same key it is placed once, however often the form is sent. */
const CheckoutForm = body('CheckoutForm', {
  lines: z.string().max(MAX_CART_BYTES),
  amountMinor: z.coerce.number().int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  key: idempotencyKey,
});
type Checkout = InputOf<typeof CheckoutForm>;

/** What the visitor has to know before ordering. */
interface CheckoutProblem {
  status: number;
  text: string;
  /** The key to try again with, if the order may have been placed. */
  key?: string;
}

/** The checkout. */
@ApiExcludeController()
@Controller({ path: 'shop/checkout', version: VERSION_NEUTRAL })
export class CheckoutPage {
  constructor(
    private readonly getCart: GetCart,
    private readonly placeOrder: PlaceOrder,
    private readonly pages: PageResponder,
  ) {}

  @Scopes('orders:write')
  @Limited({ cost: 2 })
  @Page()
  @Get()
  checkout(@PageVisit() visit: Visit) {
    return this.show(visit, cartIn(visit.request));
  }

  @Runs(PlaceOrder)
  @PageForm()
  @Post()
  async place(@PageVisit() visit: Visit, @FromForm(CheckoutForm) form: Checkout) {
    const { lines, key, ...expectedTotal } = form;
    const ordered = Cart.parse(lines);
    if (!ordered.lines.length) return this.show(visit, ordered);
    try {
      const order = { lines: [...ordered.lines], expectedTotal, idempotencyKey: key };
      const result = await this.placeOrder.run(visit.context, order);
      if (!('order' in result)) return await this.refused(visit, ordered, result);
      keepCart(visit.reply, cartIn(visit.request).without(ordered));
      void visit.reply.header('location', `${orderPath(result.order.id)}?placed`);
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError) || !reasonOf(error)) throw error;
      const text = shopMessages[visit.language].checkout.sorry;
      return this.show(visit, ordered, { status: error.status, text, key });
    }
  }

  private refused(visit: Visit, ordered: Cart, { code, lines }: OrderRefusedView) {
    const t = shopMessages[visit.language].checkout;
    const text = code === 'NOT_CANCELLABLE' ? t.sorry : t[code];
    const short = lines.flatMap(({ productId, available }) =>
      available === null ? [productId] : [t.inStock(productId, number(visit.language, available))],
    );
    return this.show(visit, ordered, { status: 409, text: [text, ...short].join(' ') });
  }

  private async show(visit: Visit, cart: Cart, problem?: CheckoutProblem) {
    const { context, reply, language } = visit;
    const t = shopMessages[language];
    const priced = await this.getCart.run(context, cart);
    if (!cart.lines.length) {
      void reply.status(303).header('location', '/shop/cart');
      return undefined;
    }
    const canOrder = priced.total !== null;
    void reply.status(problem?.status ?? (canOrder ? 200 : priced.degraded.length ? 503 : 409));
    return this.pages.whole(visit, {
      name: 'checkout',
      title: t.checkout.title,
      content: (
        <>
          {notice(
            problem?.text ??
              (!canOrder && (priced.degraded.length ? t.checkout.sorry : t.checkout.UNKNOWN_PRODUCT)),
          )}
          <CartLines language={language} cart={priced} quantityOf={({ quantity }) => number(language, quantity)} />
          {canOrder && form(visit, cart, priced, problem?.key)}
          <p>
            <a href="/shop/cart">{t.cart.title}</a>
          </p>
        </>
      ),
    });
  }
}

const notice = (text: HtmlValue): HtmlValue =>
  text && (
    <p class="notice bad" role="alert">
      {text}
    </p>
  );

function form(visit: Visit, cart: Cart, { total }: PricedCart, key: string = randomUUID()): Html {
  const t = shopMessages[visit.language].checkout;
  return (
    <form method="post" action="/shop/checkout" class="form">
      <input type="hidden" name="csrf" value={visit.formToken} />
      <input type="hidden" name="lines" value={String(cart)} />
      <input type="hidden" name="amountMinor" value={total!.amountMinor} />
      <input type="hidden" name="currency" value={total!.currency} />
      <input type="hidden" name="key" value={key} />
      <button>{t.place}</button>
      <p class="quiet">{t.note}</p>
    </form>
  );
}
