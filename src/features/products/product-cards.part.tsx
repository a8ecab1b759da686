import { shopMessages } from '#gateway/features/messages/messages';
import { money, number } from '#gateway/transports/html/format';
import type { Language } from '#gateway/transports/html/language';
import type { Html } from '#libs/html';
import type { ProductView } from './product.view.ts';

/** A list of products, with links to their pages. */
export const ProductCards = ({
  language,
  products,
}: {
  language: Language;
  products: readonly ProductView[];
}): Html => (
  <ul class="cards">
    {products.map((product) => (
      <li class="card">
        <a class="card-link" href={productPath(product.id)}>
          <ProductImage product={product} />
          <h3>{product.name}</h3>
        </a>
        <ProductFacts language={language} product={product} />
      </li>
    ))}
  </ul>
);

/** The path of a product's page. */
export const productPath = (id: string): string => `/shop/products/${encodeURIComponent(id)}`;

/**
 * The picture of a product; its name is beside it. The style sheet draws one for its category, which stays where the gateway
 * does not serve the picture itself: pages load nothing from other hosts.
 */
export const ProductImage = ({ product: { category, imageUrl } }: { product: ProductView }): Html => (
  <span class="picture" data-category={category}>
    {imageUrl?.startsWith('/') && (
      <img src={imageUrl} alt="" width="320" height="240" loading="lazy" decoding="async" />
    )}
  </span>
);

/** The price, the rating and the stock of a product. */
export function ProductFacts({ language, product }: { language: Language; product: ProductView }): Html {
  const t = shopMessages[language];
  return (
    <p class="card-facts">
      <span class="price">{money(language, product.price)}</span>{' '}
      {product.rating !== null && <span class="rating">{t.rating(number(language, product.rating))}</span>}{' '}
      <span class={product.inStock ? 'stock' : 'stock none'}>{product.inStock ? t.stock.in : t.stock.out}</span>
    </p>
  );
}
