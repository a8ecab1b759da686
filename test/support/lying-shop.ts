import { orders, products } from '#libs/contracts';
import {
  anOrder,
  aProduct,
  aUser,
  type GrpcTruth,
  type HttpTruth,
  LyingGrpc,
  LyingHttp,
  type OrderData,
  type ProductData,
  type UserData,
} from '#libs/testing';
import { RealShop } from '#test/support/real-shop';

const EXPIRES_AT = new Date('2030-01-01T00:00:00Z');

const wireProduct = ({ rating, imageUrl, ...product }: ProductData): products.Product => ({
  ...product,
  rating: rating ?? undefined,
  imageUrl: imageUrl ?? '',
  attributes: {},
});

const wireOrder = ({ ownerId, placedAt, status, ...order }: OrderData): orders.Order => ({
  ...order,
  userId: ownerId,
  status: orders.OrderStatus[status],
  placedAt: new Date(placedAt),
});

const wireUser = (given: Partial<UserData>) => ({ ...aUser(given), createdAt: '2026-01-02T03:04:05.000Z' });

const usersTruth: HttpTruth = {
  'GET /users': ({ url }) => ({
    users: url.searchParams
      .get('ids')!
      .split(',')
      .map((id) => wireUser({ id })),
  }),
  'POST /users': ({ body }) => wireUser({ ...(body as object), id: 'u9' }),
  'PATCH /users/u1': ({ body }) => wireUser(body as object),
};

const ordersTruth: GrpcTruth = {
  ListRecentOrders: () => ({ orders: [wireOrder(anOrder())] }),
  ListOrders: () => ({ orders: [wireOrder(anOrder())], nextPageToken: '', pageTokens: ['t1'] }),
  BatchGetOrders: ({ ids }: orders.BatchGetOrdersRequest) => ({
    orders: ids.map((id) => wireOrder(anOrder({ id }))),
  }),
  PlaceOrder: ({ requestId, reservationId }: orders.PlaceOrderRequest) => ({
    order: wireOrder(anOrder({ id: `o-${requestId}`, reservationId })),
  }),
  CancelOrder: () => ({ order: wireOrder(anOrder({ status: 'CANCELLED' })) }),
};

const productsTruth: GrpcTruth = {
  ListRecommendedProducts: () => ({ products: [wireProduct(aProduct())] }),
  SearchProducts: () => ({ products: [wireProduct(aProduct())], totalSize: 1 }),
  BatchGetProducts: ({ ids }: products.BatchGetProductsRequest) => ({
    products: ids.map((id) => wireProduct(aProduct({ id }))),
  }),
  ReserveStock: () => ({ expiresAt: EXPIRES_AT }),
  ConfirmReservation: () => ({}),
  ReleaseReservation: () => ({}),
};

/** Three upstreams in this process that return wrong responses on demand. Each caller is a user with one order. */
export class LyingShop {
  private constructor(
    readonly users: LyingHttp,
    readonly orders: LyingGrpc,
    readonly products: LyingGrpc,
  ) {}

  static async open(): Promise<LyingShop> {
    return new LyingShop(
      await LyingHttp.open(usersTruth),
      await LyingGrpc.open(orders.OrdersServiceService, ordersTruth),
      await LyingGrpc.open(products.ProductsServiceService, productsTruth),
    );
  }

  /** The settings of a gateway in front of them. */
  get urls() {
    return {
      USERS_URL: `http://${this.users.address}`,
      ORDERS_URL: this.orders.address,
      PRODUCTS_URL: this.products.address,
    };
  }

  /** Starts a gateway process in front of them. @param under a command that runs it */
  gateway(environment: NodeJS.ProcessEnv = {}, under: readonly string[] = []): Promise<RealShop> {
    return RealShop.gatewayAlone({ ...this.urls, ...environment }, under);
  }

  stopLying(): void {
    for (const upstream of [this.users, this.orders, this.products]) upstream.stopLying();
  }

  async close(): Promise<void> {
    await Promise.all([this.users.close(), this.orders.close(), this.products.close()]);
  }
}
