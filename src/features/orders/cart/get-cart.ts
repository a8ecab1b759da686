import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import type { MoneyView } from '#gateway/features/views/money.view';
import { type Product, Products } from '#gateway/upstreams/products/products.port';
import { gather, reasonOf, required } from '#libs/gather';
import { type Context, type Degraded, readable } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Cart, CartLine } from './cart.ts';

/** A line of a cart with its product. */
export interface PricedLine extends CartLine {
  /** Null for a product that is not sold, and if products cannot be read. */
  product: Product | null;
}

/** A cart with its products. */
export interface PricedCart {
  lines: PricedLine[];
  /** What it costs today; null if that is not known. */
  total: MoneyView | null;
  degraded: readonly Degraded[];
}

/** Reads the products of a cart. */
@Public()
@Limited({ cost: 2 })
@Injectable()
export class GetCart {
  constructor(private readonly products: Products) {}

  /** The cart with its products, or without them while they cannot be read: then `degraded` says why. */
  async run(context: Context, cart: Cart): Promise<PricedCart> {
    if (!cart.lines.length) return { lines: [], total: null, degraded: [] };
    const { products, degraded } = await this.productsOf(context, cart).catch((error: unknown) => {
      const reason = reasonOf(error);
      if (!reason) throw error;
      return { products: [], degraded: [{ part: 'products', reason }] };
    });
    const byId = new Map(products.map((product) => [product.id, product]));
    const lines = cart.lines.map((line) => ({ ...line, product: byId.get(line.productId) ?? null }));
    return { lines, total: totalOf(lines), degraded };
  }

  private productsOf(context: Context, { lines }: Cart) {
    const ids = lines.map(({ productId }) => productId);
    return gather(context, {
      products: required(async (context) => readable(context, await this.products.byIds(context, ids))),
    });
  }
}

function totalOf(lines: readonly PricedLine[]): MoneyView | null {
  const prices = lines.flatMap(({ product }) => (product ? [product.price] : []));
  const [first] = prices;
  const isKnown = prices.length === lines.length && prices.every(({ currency }) => currency === first!.currency);
  if (!first || !isKnown) return null;
  const amountMinor = lines.reduce((sum, { quantity, product }) => sum + quantity * product!.price.amountMinor, 0);
  return { amountMinor, currency: first.currency };
}
