import { Public } from '#gateway/declare/access';
import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { productPath } from '#gateway/features/products/product-cards.part.tsx';
import { Field, FormNotice } from '#gateway/transports/html/field.tsx';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { type FormProblems, Submitted, type SubmittedForm } from '#gateway/transports/html/submitted-form';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { body } from '#libs/view';
import { Controller, Get, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Cart, cartIn, keepCart, MAX_QUANTITY, PRODUCT_ID } from './cart.ts';
import { CartLines } from './cart-lines.part.tsx';
import { GetCart, type PricedCart, type PricedLine } from './get-cart.ts';

const productId = z.string().regex(PRODUCT_ID, 'Must be the id of a product');
/** An empty field is no 0, as a conversion would have it. */
const quantity = (min: number) =>
  z.string().trim().min(1).pipe(z.coerce.number<string>().int().min(min).max(MAX_QUANTITY));

/** The form that puts a product into the cart. */
const AddForm = body('CartAddForm', { productId, quantity: quantity(1) });
/** The form that changes the quantity of a product in the cart; 0 takes it out. */
const LineForm = body('CartLineForm', { productId, quantity: quantity(0) });

/** Why the cart is shown again. */
interface CartProblem {
  problem?: string;
  wrong?: FormProblems;
}

/** The cart, which goes on without any service: only names and prices need one. */
@ApiExcludeController()
@Controller({ path: 'shop/cart', version: VERSION_NEUTRAL })
export class CartPage {
  constructor(
    private readonly getCart: GetCart,
    private readonly pages: PageResponder,
  ) {}

  @Runs(GetCart)
  @Page()
  @Get()
  cart(@PageVisit() visit: Visit) {
    return this.show(visit, cartIn(visit.request));
  }

  @Public()
  @PageForm({ isTokenless: true })
  @Post('items')
  add(@PageVisit() visit: Visit, @Submitted(AddForm, 'quantity') form: SubmittedForm<typeof AddForm>) {
    if (form.wrong) return this.showAdding(visit, form.wrong);
    const { productId, quantity } = form.values;
    const cart = cartIn(visit.request);
    return this.change(visit, cart.with(productId, cart.quantityOf(productId) + quantity));
  }

  @Public()
  @PageForm()
  @Post('lines')
  setLine(@PageVisit() visit: Visit, @Submitted(LineForm, 'quantity') form: SubmittedForm<typeof LineForm>) {
    const { wrong } = form;
    // Another tab may have taken the line out.
    if (wrong && cartIn(visit.request).quantityOf(wrong.given['productId']!))
      return this.show(visit, cartIn(visit.request), { wrong });
    if (wrong) return this.showAdding(visit, wrong);
    const { productId, quantity } = form.values;
    return this.change(visit, cartIn(visit.request).with(productId, quantity));
  }

  private async change(visit: Visit, cart: Cart) {
    if (!cart.isWithinLimits) {
      void visit.reply.status(422);
      return this.show(visit, cartIn(visit.request), { problem: shopMessages[visit.language].cart.full });
    }
    keepCart(visit.reply, cart);
    void visit.reply.header('location', '/shop/cart');
    return undefined;
  }

  private async show(visit: Visit, cart: Cart, { problem, wrong }: CartProblem = {}) {
    const t = shopMessages[visit.language];
    const priced = await this.getCart.run(visit.context, cart);
    return this.pages.whole(visit, {
      name: 'cart',
      title: t.cart.title,
      content: (
        <>
          {problem && (
            <p class="notice bad" role="alert">
              {problem}
            </p>
          )}
          <FormNotice language={visit.language} wrong={wrong} />
          {priced.lines.length ? this.filled(visit, priced, wrong) : <p class="empty">{t.cart.empty}</p>}
          <p>
            <a href="/shop/search">{t.cart.goOn}</a>
          </p>
        </>
      ),
    });
  }

  /** The form of a product's page once more, with a quantity that is not acceptable. */
  private async showAdding(visit: Visit, wrong: FormProblems) {
    const t = shopMessages[visit.language];
    const productId = wrong.given['productId']!;
    const { lines } = await this.getCart.run(visit.context, new Cart([{ productId, quantity: 1 }]));
    return this.pages.whole(visit, {
      name: 'cart',
      title: t.product.add,
      content: (
        <>
          <FormNotice language={visit.language} wrong={wrong} />
          <form method="post" action="/shop/cart/items" class="form">
            <p>
              <a href={productPath(productId)}>{lines[0]?.product?.name ?? productId}</a>
            </p>
            <input type="hidden" name="productId" value={productId} />
            <Field
              name="quantity"
              label={t.product.quantity}
              wrong={wrong}
              type="number"
              min={1}
              max={MAX_QUANTITY}
              required
            />
            <button>{t.product.add}</button>
          </form>
        </>
      ),
    });
  }

  private filled(visit: Visit, priced: PricedCart, wrong: FormProblems | undefined) {
    const t = shopMessages[visit.language].cart;
    return (
      <>
        {priced.degraded.length > 0 && <p class="notice">{t.noPrices}</p>}
        <CartLines
          language={visit.language}
          cart={priced}
          quantityOf={(line) => lineForm(visit, line, priced, wrong)}
        />
        <p>
          <a class="button" href="/shop/checkout">
            {t.checkout}
          </a>
        </p>
      </>
    );
  }
}

function lineForm(
  visit: Visit,
  { productId, quantity, product }: PricedLine,
  { degraded }: PricedCart,
  wrong: FormProblems | undefined,
) {
  const t = shopMessages[visit.language];
  const isUnknown = !product && !degraded.length;
  return (
    <form method="post" action="/shop/cart/lines" class="row" data-cart-line>
      <input type="hidden" name="csrf" value={visit.formToken} />
      <input type="hidden" name="productId" value={productId} />
      {isUnknown ? (
        <span class="bad">{t.cart.unknown}</span>
      ) : (
        <>
          <Field
            id={`quantity-${productId}`}
            name="quantity"
            label={`${t.order.quantity}: ${product?.name ?? productId}`}
            isLabelHidden
            wrong={wrong?.given['productId'] === productId ? wrong : undefined}
            type="number"
            min={0}
            max={MAX_QUANTITY}
            value={quantity}
            required
          />
          <button class="plain">{t.cart.update}</button>
        </>
      )}
      <button
        class="plain"
        formnovalidate
        name="quantity"
        value="0"
        aria-label={`${t.cart.remove}: ${product?.name ?? productId}`}
      >
        {t.cart.remove}
      </button>
    </form>
  );
}
