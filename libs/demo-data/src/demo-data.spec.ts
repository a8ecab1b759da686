import { describe, expect, it } from '@jest/globals';
import {
  DEMO_ACCOUNTS,
  DEMO_CATEGORIES,
  DEMO_EPOCH,
  DEMO_ORDER_STATUSES,
  demoOrders,
  demoProducts,
  demoReviews,
  demoUsers,
} from '#libs/demo-data';

const users = demoUsers(42);
const products = demoProducts(42);
const orders = demoOrders(42);
const reviews = demoReviews(42);
const distinct = (values: unknown[]) => new Set(values).size;

describe('demo data', () => {
  it('is deterministic by seed', () => {
    const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
    expect(same([demoUsers(42), demoProducts(42), demoOrders(42)], [users, products, orders])).toBe(true);
    const others = [same(demoUsers(43), users), same(demoProducts(43), products), same(demoOrders(43), orders)];
    expect(others).toEqual([false, false, false]);
  });

  it('has 500 users with distinct ids and email addresses, the demo accounts first', () => {
    expect([
      users.length,
      distinct(users.map((user) => user.id)),
      distinct(users.map((user) => user.email)),
    ]).toEqual([500, 500, 500]);
    expect(users.slice(0, 2)).toEqual(
      DEMO_ACCOUNTS.map(({ id, name, email, role }) => expect.objectContaining({ id, name, email, role })),
    );
    expect(users.filter((user) => user.role === 'admin')).toHaveLength(1);
  });

  it('has 1,200 products with distinct ids and names, 100 in each of 12 categories', () => {
    expect([products.length, distinct(products.map((product) => product.id))]).toEqual([1200, 1200]);
    expect(distinct(products.map((product) => product.name))).toBe(1200);
    expect(DEMO_CATEGORIES).toHaveLength(12);
    for (const category of DEMO_CATEGORIES) {
      expect(products.filter((product) => product.category === category)).toHaveLength(100);
    }
  });

  it('has products out of stock and unrated ones, and no impossible price, stock or rating', () => {
    expect(products.some((product) => product.stock === 0)).toBe(true);
    expect(products.some((product) => product.rating === null)).toBe(true);
    const isPossible = ({ priceMinor, stock, rating }: (typeof products)[number]) =>
      Number.isInteger(priceMinor) &&
      priceMinor > 0 &&
      Number.isInteger(stock) &&
      stock >= 0 &&
      (rating === null || (rating >= 0 && rating <= 5 && Number.isInteger(rating * 10)));
    expect(products.filter((product) => !isPossible(product))).toEqual([]);
  });

  it('has 8,000 orders from the oldest to the newest, all of the year before the epoch, in every status', () => {
    expect([orders.length, distinct(orders.map((order) => order.id))]).toEqual([8000, 8000]);
    const times = orders.map((order) => Date.parse(order.placedAt));
    expect(times.filter((time, index) => time < times[index - 1]!)).toEqual([]);
    expect(times[0]).toBeGreaterThanOrEqual(DEMO_EPOCH - 365 * 86_400_000);
    expect(times.at(-1)).toBeLessThan(DEMO_EPOCH);
    expect(new Set(orders.map((order) => order.status))).toEqual(new Set(DEMO_ORDER_STATUSES));
  });

  it('has orders of users and products that exist, at their prices', () => {
    const userIds = new Set(users.map((user) => user.id));
    const byId = new Map(products.map((product) => [product.id, product]));
    expect(orders.filter((order) => !userIds.has(order.userId))).toEqual([]);
    const isWhole = ({ lines, totalMinor }: (typeof orders)[number]) =>
      lines.length >= 1 &&
      lines.length <= 4 &&
      distinct(lines.map((line) => line.productId)) === lines.length &&
      totalMinor === lines.reduce((total, line) => total + line.quantity * line.unitPriceMinor, 0);
    expect(orders.filter((order) => !isWhole(order))).toEqual([]);
    const wrong = orders
      .flatMap(({ lines }) => lines)
      .filter(({ productId, name, unitPriceMinor }) => {
        const product = byId.get(productId);
        return product?.name !== name || product.priceMinor !== unitPriceMinor;
      });
    expect(wrong).toEqual([]);
  });

  it('has enough orders of ada for several pages, some of them recent', () => {
    const hers = orders.filter((order) => order.userId === 'u1');
    expect(hers.length).toBeGreaterThanOrEqual(12);
    expect(hers.at(-1)!.id).toBe('o8000');
  });

  it('has thousands of reviews, only of products with a rating', () => {
    expect(reviews.length).toBeGreaterThan(3_000);
    expect(distinct(reviews.map(({ id }) => id))).toBe(reviews.length);
    const rated = products.filter(({ rating }) => rating !== null).map(({ id }) => id);
    expect(new Set(reviews.map(({ productId }) => productId))).toEqual(new Set(rated));
    expect(distinct(reviews.map(({ rating }) => rating))).toBe(5);
    expect(reviews.every(({ writtenAt }) => Date.parse(writtenAt) < DEMO_EPOCH)).toBe(true);
    expect(demoReviews(42)).toEqual(reviews);
    expect(demoReviews(43)).not.toEqual(reviews);
  });
});
