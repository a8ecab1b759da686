import { products } from '#libs/contracts';
import type { CallContext } from '#libs/service';
import { contains, documentHas, type Reads } from '#libs/storage';
import { type Expression, type ExpressionBuilder, type Kysely, sql, type SqlBool } from 'kysely';
import type { z } from 'zod';
import type { searchRequest } from './requests.ts';
import type { ProductRow, ProductsSchema } from './schema.ts';

/** A validated search. */
export type Search = z.output<typeof searchRequest>;

const { ProductSort } = products;

/** Sorts unrated products last, in SQLite and PostgreSQL. */
const rated = sql<number>`coalesce(rating, -1)`;

/** The queries of products: some of them by their ids from the primary, lists from a replica. */
export class Catalogue {
  constructor(
    private readonly db: Kysely<ProductsSchema>,
    private readonly reads: Reads<ProductsSchema>,
  ) {}

  /** The existing products with these ids. */
  async byIds(ids: readonly string[]): Promise<ProductRow[]> {
    if (ids.length === 0) return [];
    return this.db.selectFrom('products').selectAll().where('id', 'in', ids).execute();
  }

  /** One page of the matching products, and their total number. */
  async search(context: CallContext, search: Search): Promise<{ rows: ProductRow[]; total: number }> {
    return this.reads.run((db) => searched(db, context, search));
  }

  /** Products of the same category, the nearest in price first, without the product itself. */
  async related({ id, category, price_minor }: ProductRow, limit: number): Promise<ProductRow[]> {
    return this.reads.run((db) =>
      db
        .selectFrom('products')
        .selectAll()
        .where('category', '=', category)
        .where('id', '!=', id)
        .orderBy(sql`abs(price_minor - ${price_minor})`)
        .orderBy(rated, 'desc')
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
  }

  /** The best rated products in stock, best first. */
  async bestInStock(limit: number): Promise<ProductRow[]> {
    return this.reads.run((db) =>
      db
        .selectFrom('products')
        .selectAll()
        .where('available', '>', 0)
        .where('rating', 'is not', null)
        .orderBy('rating', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
  }
}

async function searched(db: Kysely<ProductsSchema>, context: CallContext, search: Search) {
  const matching = db.selectFrom('products').where((eb) => matches(db, eb, search));
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const offset = (search.page - 1) * search.pageSize;
  if (offset >= total) return { rows: [], total };
  context.throwIfEnded();
  const [by, direction] = order(search);
  const page = matching.selectAll().orderBy(by, direction).orderBy(rated, 'desc').orderBy('id');
  return { rows: await page.limit(search.pageSize).offset(offset).execute(), total };
}

function matches(
  db: Kysely<ProductsSchema>,
  eb: ExpressionBuilder<ProductsSchema, 'products'>,
  search: Search,
): Expression<SqlBool> {
  const found = search.search.map((word) => eb.or([contains('name', word), contains('description', word)]));
  const like = Object.entries(search.attributes).map(([name, text]) => documentHas(db, 'attributes', name, text));
  const within = search.category ? [eb('category', '=', search.category)] : [];
  return eb.and([...found, ...like, ...within]);
}

function order({ sort, search }: Search): [Expression<unknown>, 'asc' | 'desc'] {
  if (sort === ProductSort.PRICE_ASC) return [sql`price_minor`, 'asc'];
  if (sort === ProductSort.PRICE_DESC) return [sql`price_minor`, 'desc'];
  if (sort === ProductSort.RATING_DESC || search.length === 0) return [rated, 'desc'];
  const inName = search.map((word) => sql`case when ${contains('name', word)} then 1 else 0 end`);
  return [sql`${sql.join(inName, sql` + `)}`, 'desc'];
}
