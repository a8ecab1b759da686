import { clearCookie, cookieIn, featureCookie, setCookie } from '#gateway/identity/browser/cookies';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A line of a cart. */
export interface CartLine {
  productId: string;
  quantity: number;
}

/** The most of one product, as of an order. */
export const MAX_QUANTITY = 99;
/** The most lines, as of an order. */
export const MAX_LINES = 50;
/** The most bytes of a cart: browsers refuse cookies of more than 4,096 bytes, name and attributes included. */
export const MAX_CART_BYTES = 3_000;

/** The ids that a cart takes: those whose characters mean nothing in it, or in a cookie. */
export const PRODUCT_ID = /^[\w-]{1,64}$/;
const LINE = /^([\w-]{1,64})\*([1-9]\d?)$/;
const LIFETIME_S = 2_592_000;

/** The cookie of the cart. Browsers keep it for 30 days after its last change. */
const CART_COOKIE = featureCookie('cart', LIFETIME_S);

/**
 * What a visitor intends to buy. It is in a cookie of the visitor, who may change it as by the form: prices and stock are read
 * for each page, and an order is checked by its own rules.
 */
export class Cart {
  /** @param lines each product once */
  constructor(readonly lines: readonly CartLine[] = []) {}

  /** Reads a cart; what is no line of a cart is left out. */
  static parse(text = ''): Cart {
    const lines = new Map<string, number>();
    if (text.length > MAX_CART_BYTES) return new Cart();
    for (const part of text.split('~').slice(0, MAX_LINES)) {
      const [, productId, quantity] = LINE.exec(part) ?? [];
      if (productId !== undefined) lines.set(productId, Number(quantity));
    }
    return new Cart([...lines].map(([productId, quantity]) => ({ productId, quantity })));
  }

  /** The number of things in it. */
  get count(): number {
    return this.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  /** The quantity of a product in it. */
  quantityOf(productId: string): number {
    return this.lines.find((line) => line.productId === productId)?.quantity ?? 0;
  }

  /** The cart with another quantity of a product; 0 takes it out. */
  with(productId: string, quantity: number): Cart {
    const isIn = this.lines.some((line) => line.productId === productId);
    const lines = isIn ? this.lines : [...this.lines, { productId, quantity }];
    const changed = lines.map((line) => (line.productId === productId ? { productId, quantity } : line));
    return new Cart(changed.filter((line) => line.quantity > 0));
  }

  /** What is left of it once an order was placed. */
  without(ordered: Cart): Cart {
    return ordered.lines.reduce<Cart>(
      (left, { productId, quantity }) => left.with(productId, Math.max(0, left.quantityOf(productId) - quantity)),
      this,
    );
  }

  /** Whether it is not larger than an order or a cookie may be. */
  get isWithinLimits(): boolean {
    return (
      this.lines.length <= MAX_LINES &&
      this.lines.every(({ quantity }) => quantity <= MAX_QUANTITY) &&
      String(this).length <= MAX_CART_BYTES
    );
  }

  toString(): string {
    return this.lines.map(({ productId, quantity }) => `${productId}*${quantity}`).join('~');
  }
}

/** The cart of a visitor. */
export const cartIn = (request: Pick<FastifyRequest, 'headers'>): Cart =>
  Cart.parse(cookieIn(request, CART_COOKIE));

/** Keeps a cart in the visitor's browser; an empty one leaves nothing there. */
export function keepCart(reply: FastifyReply, cart: Cart): void {
  if (cart.lines.length) setCookie(reply, CART_COOKIE, String(cart));
  else clearCookie(reply, CART_COOKIE);
}
