// Written by `npm run sdk` from the documents of the gateway; do not edit.
import { subscription, type SubscriptionOperation } from '../streams/subscription.ts';
import { trusted, type PersistedOperation } from '../trusted.ts';

/** The variables of `mini/home`. */
export type MiniHomeVariables = Record<never, never>;
/** The data of `mini/home`. */
export type MiniHomeData = { home: { recentOrders: ({ id: string; status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED' })[] | null; recommendations: ({ id: string; name: string; price: { amountMinor: number; currency: string } })[] | null; degraded: ({ part: string; reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE' })[] } | null };
/** The first screen of the mini-program: the newest order, and four products to open. (trusted operation `mini/home`) */
export const miniHome: PersistedOperation<MiniHomeVariables, MiniHomeData> = /* @__PURE__ */ trusted({
  id: 'mini/home',
  sha256: '2a8716564fe260bb346ff7f9e6b61e6f7544e92e3bd6b1bc921f37b8cf568b9c',
  kind: 'query',
});

/** The variables of `mini/order`. */
export type MiniOrderVariables = { id: string };
/** The data of `mini/order`. */
export type MiniOrderData = { order: { order: { id: string; status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED'; total: { amountMinor: number; currency: string }; lines: ({ name: string; quantity: number })[] }; degraded: ({ part: string; reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE' })[] } | null };
/** An order in the mini-program. (trusted operation `mini/order`) */
export const miniOrder: PersistedOperation<MiniOrderVariables, MiniOrderData> = /* @__PURE__ */ trusted({
  id: 'mini/order',
  sha256: 'bd2a569cf9019cc1d48cbf932c3211f797d44f611f9a4b109275ffd8c9e7eadd',
  kind: 'query',
});

/** The variables of `mini/place-order`. */
export type MiniPlaceOrderVariables = { lines: ({ productId: string; quantity: number })[]; idempotencyKey: string };
/** The data of `mini/place-order`. */
export type MiniPlaceOrderData = { placeOrder: { order: { id: string; status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED'; total: { amountMinor: number; currency: string } } } | { code: 'OUT_OF_STOCK' | 'PRICE_CHANGED' | 'UNKNOWN_PRODUCT' | 'NOT_CANCELLABLE'; message: string; lines: ({ productId: string; available: number | null })[] } | null };
/** Orders what is in the cart, which the mini-program keeps itself. Sent again with the same key it is the same order. (trusted operation `mini/place-order`) */
export const miniPlaceOrder: PersistedOperation<MiniPlaceOrderVariables, MiniPlaceOrderData> = /* @__PURE__ */ trusted({
  id: 'mini/place-order',
  sha256: '6a2056c26a15c74a0b6b64769c76d7bafd7ea7613cec95e36d4f98abf9366c15',
  kind: 'mutation',
});

/** The variables of `mini/product`. */
export type MiniProductVariables = { id: string };
/** The data of `mini/product`. */
export type MiniProductData = { product: { product: { id: string; name: string; price: { amountMinor: number; currency: string }; inStock: boolean; rating: number | null; imageUrl: string | null }; degraded: ({ part: string; reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE' })[] } | null };
/** A product in the mini-program: what decides whether it is bought. (trusted operation `mini/product`) */
export const miniProduct: PersistedOperation<MiniProductVariables, MiniProductData> = /* @__PURE__ */ trusted({
  id: 'mini/product',
  sha256: '16c40d601ca5582fbcb45646f3bcb1b7daeb32acc62107722c5b1797dec13d0a',
  kind: 'query',
});

/** The variables of `mini/search`. */
export type MiniSearchVariables = { search?: string | null; page?: number };
/** The data of `mini/search`. */
export type MiniSearchData = { products: { items: ({ id: string; name: string; price: { amountMinor: number; currency: string } })[]; totalPages: number } | null };
/** Products by what the customer typed, ten at a time. (trusted operation `mini/search`) */
export const miniSearch: PersistedOperation<MiniSearchVariables, MiniSearchData> = /* @__PURE__ */ trusted({
  id: 'mini/search',
  sha256: 'd4f84472785285bcf9fb1ce6d79212a5596ca97eaa3b3715f7823612b16f1044',
  kind: 'query',
});

/** The variables of `mobile/cancel-order`. */
export type MobileCancelOrderVariables = { id: string };
/** The data of `mobile/cancel-order`. */
export type MobileCancelOrderData = { cancelOrder: { order: { id: string; status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED' } } | { code: 'OUT_OF_STOCK' | 'PRICE_CHANGED' | 'UNKNOWN_PRODUCT' | 'NOT_CANCELLABLE'; message: string } | null };
/** Cancels an order from the app. (trusted operation `mobile/cancel-order`) */
export const mobileCancelOrder: PersistedOperation<MobileCancelOrderVariables, MobileCancelOrderData> = /* @__PURE__ */ trusted({
  id: 'mobile/cancel-order',
  sha256: '21a98d511c431e05d772e3adeeb0a301dafda4c88d48bf4be7e0caaa9f4f0984',
  kind: 'mutation',
});

/** The variables of `mobile/home`. */
export type MobileHomeVariables = Record<never, never>;
/** The data of `mobile/home`. */
export type MobileHomeData = { home: { user: { name: string } | null; recentOrders: ({ id: string; status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED' })[] | null; recommendations: ({ id: string; name: string; price: { amountMinor: number; currency: string } })[] | null; degraded: ({ part: string; reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE' })[] } | null };
/** The home screen of the app: little, and no pictures of what was ordered. (trusted operation `mobile/home`) */
export const mobileHome: PersistedOperation<MobileHomeVariables, MobileHomeData> = /* @__PURE__ */ trusted({
  id: 'mobile/home',
  sha256: '0a9be6494a86cf8d685bfa2cd8b06f18eccb5df9ddf0bb0d46025ab2f305ab6b',
  kind: 'query',
});

/** The variables of `mobile/order-status`. */
export type MobileOrderStatusVariables = { id: string };
/** The data of `mobile/order-status`. */
export type MobileOrderStatusData = { orderStatus: { status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED'; percent: number | null; isFinal: boolean } };
/** The moves of an order, past ones first; shown while its screen is open. (trusted operation `mobile/order-status`) */
export const mobileOrderStatus: SubscriptionOperation<MobileOrderStatusVariables, MobileOrderStatusData> = /* @__PURE__ */ subscription({
  id: 'mobile/order-status',
  sha256: '608028be6eb6f374360071ca6aedbce72c4b7ad86bb27ca435321d930d419f2c',
  kind: 'subscription',
});

/** The variables of `mobile/orders`. */
export type MobileOrdersVariables = { after?: string | null; first?: number; status?: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED' | null };
/** The data of `mobile/orders`. */
export type MobileOrdersData = { orders: { nodes: ({ id: string; status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED'; placedAt: string; total: { amountMinor: number; currency: string } })[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null };
/** The orders of the caller, page by page. (trusted operation `mobile/orders`) */
export const mobileOrders: PersistedOperation<MobileOrdersVariables, MobileOrdersData> = /* @__PURE__ */ trusted({
  id: 'mobile/orders',
  sha256: '2731a276ee49ed469cbc1f17ff4e85515d6277069d9f2089631364fa5f7aa3a5',
  kind: 'query',
});

/** The variables of `web/home`. */
export type WebHomeVariables = Record<never, never>;
/** The data of `web/home`. */
export type WebHomeData = { home: { user: { name: string; avatarUrl: string | null } | null; recentOrders: ({ id: string; status: 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED'; placedAt: string; total: { amountMinor: number; currency: string }; lines: ({ quantity: number; name: string; product: { id: string; imageUrl: string | null; inStock: boolean } | null })[] })[] | null; recommendations: ({ id: string; name: string; imageUrl: string | null; price: { amountMinor: number; currency: string }; rating: number | null })[] | null; degraded: ({ part: string; reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE' })[] } | null };
/** The home page of the web shop: orders with what is in them, and recommendations with pictures. (trusted operation `web/home`) */
export const webHome: PersistedOperation<WebHomeVariables, WebHomeData> = /* @__PURE__ */ trusted({
  id: 'web/home',
  sha256: '1a1b01603df4da7357dd7ba876d38bce58fd5894d5aca0a8d920536d17cf9bd6',
  kind: 'query',
});

/** The variables of `web/product`. */
export type WebProductVariables = { id: string; related?: number };
/** The data of `web/product`. */
export type WebProductData = { product: { product: { id: string; name: string; description: string; category: string; price: { amountMinor: number; currency: string }; inStock: boolean; rating: number | null; imageUrl: string | null }; related: ({ id: string; name: string; imageUrl: string | null })[] | null; reviews: ({ authorName: string; rating: number; text: string })[] | null; degraded: ({ part: string; reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE' })[] } | null };
/** The page of a product on the web. (trusted operation `web/product`) */
export const webProduct: PersistedOperation<WebProductVariables, WebProductData> = /* @__PURE__ */ trusted({
  id: 'web/product',
  sha256: '7c7d16347fe41cf3c54de06044836709fe0430ce7f19df4c5d2c2101ff544c22',
  kind: 'query',
});
