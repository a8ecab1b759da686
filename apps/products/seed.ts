import { demoProducts, type DemoProduct } from '#libs/demo-data';
import { transact } from '#libs/storage';
import type { Insertable, Kysely } from 'kysely';
import type { Attributes, ProductsSchema } from './schema.ts';

/** The number of rows per insert statement. */
const BATCH = 200;

/** Fills an empty catalogue with the demo's products, all or none. Does nothing if there are products. */
export async function seedProducts(db: Kysely<ProductsSchema>, seed: number): Promise<void> {
  const rows = demoProducts(seed).map(toRow);
  await transact(db, async (transaction) => {
    if (await transaction.selectFrom('products').select('id').limit(1).executeTakeFirst()) return;
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = rows.slice(start, start + BATCH);
      // Two processes may seed one database concurrently: their rows are the same.
      await transaction
        .insertInto('products')
        .values(batch)
        .onConflict((on) => on.doNothing())
        .execute();
    }
  });
}

/** The attributes of the demo products, in turn. */
const DEMO: Required<Record<keyof Attributes, string[]>> = {
  colour: ['red', 'blue', 'green', 'black', 'white'],
  material: ['oak', 'steel', 'linen'],
  size: ['S', 'M', 'L', 'XL'],
};

function demoAttributes(index: number): Attributes {
  return Object.fromEntries(Object.entries(DEMO).map(([name, texts]) => [name, texts[index % texts.length]]));
}

function toRow(product: DemoProduct, index: number): Insertable<ProductsSchema['products']> {
  const { id, name, description, category, priceMinor, currency, stock, rating, imageUrl } = product;
  return {
    id,
    name,
    description,
    category,
    currency,
    rating,
    price_minor: priceMinor,
    available: stock,
    image_url: imageUrl,
    attributes: JSON.stringify(demoAttributes(index)),
  };
}
