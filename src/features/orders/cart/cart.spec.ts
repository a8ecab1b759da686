import { describe, expect, it } from '@jest/globals';
import { Cart, MAX_CART_BYTES, MAX_LINES } from './cart.ts';

const full = new Cart(Array.from({ length: MAX_LINES }, (_, i) => ({ productId: `p${i}`, quantity: 1 })));

describe('a cart', () => {
  it('is the same after it was kept in a cookie', () => {
    const cart = new Cart().with('p1', 2).with('p7', 1);
    expect(String(cart)).toBe('p1*2~p7*1');
    expect(Cart.parse(String(cart))).toEqual(cart);
    expect([cart.count, cart.quantityOf('p7'), cart.quantityOf('p9')]).toEqual([3, 1, 0]);
  });

  it('has each product once, and none of a quantity of 0', () => {
    expect(Cart.parse('p1*2~p1*5').lines).toEqual([{ productId: 'p1', quantity: 5 }]);
    expect(String(new Cart().with('p1', 2).with('p1', 3).with('p2', 1).with('p1', 0))).toBe('p2*1');
  });

  it.each([
    '',
    'p1',
    'p1*0',
    'p1*-1',
    'p1*1.5',
    'p1*100',
    'p1*1e1',
    '<b>*1',
    'p 1*1',
    '*1',
    `${'p'.repeat(65)}*1`,
  ])('has no line %j', (text) => {
    expect(Cart.parse(text).lines).toEqual([]);
    expect(Cart.parse(`${text}~p1*1`).lines).toEqual([{ productId: 'p1', quantity: 1 }]);
  });

  it('has as many lines as an order, as many of each, and fits a cookie', () => {
    expect(full.isWithinLimits).toBe(true);
    expect(full.with('q', 1).isWithinLimits).toBe(false);
    expect(new Cart().with('p1', 100).isWithinLimits).toBe(false);
    const long = Array.from({ length: MAX_LINES }, (_, i) => ({
      productId: `${i}`.padStart(64, 'x'),
      quantity: 1,
    }));
    expect(new Cart(long).isWithinLimits).toBe(false);
    expect(Cart.parse('p1*1~'.repeat(MAX_CART_BYTES)).lines).toEqual([]);
  });

  it('keeps what was put in after the checkout was opened', () => {
    const ordered = Cart.parse('p1*2~p2*1');
    expect(String(Cart.parse('p1*3~p2*1~p3*4').without(ordered))).toBe('p1*1~p3*4');
    expect(String(Cart.parse('p3*1').without(ordered))).toBe('p3*1');
  });
});
