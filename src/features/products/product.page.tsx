import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { dateTime, number } from '#gateway/transports/html/format';
import type { Language } from '#gateway/transports/html/language';
import { Page } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import type { Html } from '#libs/html';
import { wholeView } from '#libs/view';
import { Controller, Get, Param, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { GetProductPage } from './get-product-page.ts';
import { ProductCards, ProductFacts, ProductImage, productPath } from './product-cards.part.tsx';
import { ProductPageView } from './product-page.view.ts';
import type { ProductView } from './product.view.ts';
import type { ReviewView } from './review.view.ts';

const WHOLE = wholeView(ProductPageView);
/** The longest description for search engines, in characters: they cut off the rest. */
const MAX_DESCRIPTION = 160;

/** The page of a product, which caches share. */
@ApiExcludeController()
@Controller({ path: 'shop/products', version: VERSION_NEUTRAL })
export class ProductDetailPage {
  constructor(
    private readonly getProductPage: GetProductPage,
    private readonly pages: PageResponder,
  ) {}

  @Runs(GetProductPage)
  @Page({ isShared: true })
  @Get(':id')
  product(@PageVisit() visit: Visit, @Param('id') id: string) {
    const { context, language } = visit;
    const t = shopMessages[language].product;
    return this.pages.ofParts(visit, {
      load: () => this.getProductPage.run(context, id, WHOLE),
      first: 'product',
      head: (product: ProductView) => ({
        name: 'product',
        title: product.name,
        description: product.description.slice(0, MAX_DESCRIPTION),
        path: productPath(product.id),
        ...(product.imageUrl && { image: product.imageUrl }),
        lead: <Product language={language} product={product} />,
      }),
      parts: {
        related: {
          label: t.related,
          of: (products: ProductView[]) => <ProductCards language={language} products={products} />,
        },
        reviews: {
          label: t.reviews,
          of: (reviews: ReviewView[]) => <Reviews language={language} id={id} reviews={reviews} />,
        },
      },
    });
  }
}

function Product({ language, product }: { language: Language; product: ProductView }): Html {
  const t = shopMessages[language].product;
  return (
    <div class="product">
      <ProductImage product={product} />
      <p>{product.description}</p>
      <ProductFacts language={language} product={product} />
      {product.inStock && (
        <form
          method="post"
          action="/shop/cart/items"
          class="form"
          data-cart-add
          data-done={t.added}
          data-failed={t.notAdded}
        >
          <input type="hidden" name="productId" value={product.id} />
          <p class="field">
            <label for="quantity">{t.quantity}</label>
            <input id="quantity" name="quantity" type="number" min="1" max="99" value="1" required />
          </p>
          <button>{t.add}</button>
          <p data-cart-status role="status" />
        </form>
      )}
    </div>
  );
}

interface ReviewsProps {
  language: Language;
  /** Of the product. */
  id: string;
  reviews: readonly ReviewView[];
}

function Reviews({ language, id, reviews }: ReviewsProps): Html {
  const t = shopMessages[language];
  return (
    <>
      {reviews.length ? (
        <ul class="reviews">
          {reviews.map(({ authorName, rating, text, writtenAt }) => (
            <li class="review">
              <p class="rating">{t.rating(number(language, rating))}</p>
              <p>{text}</p>
              <p class="quiet">{t.product.by(authorName, dateTime(language, writtenAt))}</p>
            </li>
          ))}
        </ul>
      ) : (
        <p class="empty">{t.product.noReviews}</p>
      )}
      <p>
        <a href={`${productPath(id)}/review`}>{t.product.write}</a>
      </p>
    </>
  );
}
