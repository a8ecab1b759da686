export { DEMO_ACCOUNTS, type DemoAccount } from './accounts.ts';
export {
  DEMO_ORDER_STATUSES,
  demoOrders,
  type DemoOrder,
  type DemoOrderLine,
  type DemoOrderStatus,
} from './orders.ts';
export { DEMO_CATEGORIES, demoProducts, type DemoProduct } from './products.ts';
export { DEMO_EPOCH, demoUsers, type DemoUser } from './users.ts';
export { demoReviews, type DemoReview } from './reviews.ts';
