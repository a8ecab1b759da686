import type { products } from '#libs/contracts';
import type { ProductRow } from './schema.ts';

/** A product as its proto message. */
export function toMessage(row: ProductRow): products.Product {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    category: row.category,
    price: { amountMinor: row.price_minor, currency: row.currency },
    available: row.available,
    rating: row.rating ?? undefined,
    imageUrl: row.image_url ?? '',
    attributes: JSON.parse(row.attributes) as Record<string, string>,
  };
}
