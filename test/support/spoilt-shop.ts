import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { orders as ordersWire, products as productsWire } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { aProduct, aReview, aUser, LogLines, LyingGrpc, LyingHttp } from '#libs/testing';
import { Access } from '#test/support/access';

type Order = ordersWire.Order;
type Product = productsWire.Product;

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

/** A line of the orders service. */
export const wireLine = (given: Partial<ordersWire.OrderLine> = {}): ordersWire.OrderLine => {
  return { productId: 'p1', name: 'Lamp', quantity: 1, unitPrice: usd(1_000), ...given };
};

/** An order of the orders service. */
export const wireOrder = (given: Partial<Order> = {}): Order => ({
  id: 'o1',
  userId: 'u1',
  status: ordersWire.OrderStatus.PLACED,
  total: usd(1_000),
  placedAt: new Date('2026-01-02T03:04:05Z'),
  lines: [wireLine()],
  reservationId: '',
  ...given,
});

/** A product of the products service. */
export const wireProduct = (given: Partial<Product> = {}): Product => {
  const { rating: _, imageUrl: __, ...product } = aProduct();
  return { ...product, rating: 4.5, imageUrl: '', attributes: {}, ...given };
};

/** A review of the reviews service. */
export const wireReview = (given: object = {}): object => ({ ...aReview(), productId: 'p1', ...given });

/** A user of the users service. */
export const wireUser = (given: object = {}): object => ({
  ...aUser(),
  createdAt: '2026-01-02T03:04:05.000Z',
  ...given,
});

/** A gateway in this process, and services that return any data that a test sets. */
export class SpoiltShop {
  /** The newest first. */
  orders: Order[] = [];
  /** All of them, also by id. */
  products: Product[] = [];
  reviews: unknown[] = [];
  users: unknown[] = [];
  readonly logs = new LogLines();
  readonly access = new Access();
  gateway!: RunningGateway;
  ordersService!: LyingGrpc;
  productsService!: LyingGrpc;
  private restServices: LyingHttp[] = [];

  /** @param environment settings of the gateway */
  static async open(environment: NodeJS.ProcessEnv = {}): Promise<SpoiltShop> {
    const shop = new SpoiltShop();
    await shop.openServices();
    const [users, reviews] = shop.restServices;
    const config = loadConfig({
      CACHE: 'off',
      RATE_LIMIT: 'off',
      PORT: '0',
      ADMIN_PORT: '0',
      JWT_PRIVATE_KEY: shop.access.privateKey,
      USERS_URL: `http://${users!.address}`,
      REVIEWS_URL: `http://${reviews!.address}`,
      ORDERS_URL: shop.ordersService.address,
      PRODUCTS_URL: shop.productsService.address,
      ...environment,
    });
    shop.gateway = await startGateway(config, createLogger('gateway', 'info', shop.logs));
    return shop;
  }

  async close(): Promise<void> {
    await this.gateway?.stop();
    const services = [this.ordersService, this.productsService, ...this.restServices];
    await Promise.all(services.map((service) => service?.close()));
  }

  private async openServices(): Promise<void> {
    const page = (size: number) => this.orders.slice(0, size);
    this.ordersService = await LyingGrpc.open(ordersWire.OrdersServiceService, {
      ListRecentOrders: ({ pageSize }: ordersWire.ListRecentOrdersRequest) => ({ orders: page(pageSize) }),
      ListOrders: (question: ordersWire.ListOrdersRequest) => this.ordersPage(question),
      BatchGetOrders: ({ ids }: ordersWire.BatchGetOrdersRequest) => ({
        orders: this.orders.filter(({ id }) => ids.includes(id)),
      }),
      PlaceOrder: () => ({ order: this.orders[0] }),
      CancelOrder: ({ id }: ordersWire.CancelOrderRequest) => ({
        order: this.orders.find((one) => one.id === id),
      }),
    });
    const all = ({ pageSize }: { pageSize: number }) => ({
      products: this.products.slice(0, pageSize),
      totalSize: this.products.length,
    });
    this.productsService = await LyingGrpc.open(productsWire.ProductsServiceService, {
      BatchGetProducts: ({ ids }: productsWire.BatchGetProductsRequest) => ({
        products: this.products.filter(({ id }) => ids.includes(id)),
      }),
      SearchProducts: all,
      ListRelatedProducts: all,
      ListRecommendedProducts: all,
      ReserveStock: () => ({ expiresAt: new Date('2030-01-01T00:00:00Z') }),
      ConfirmReservation: () => ({}),
      ReleaseReservation: () => ({}),
    });
    this.restServices = [
      await LyingHttp.open({ 'GET /users': () => ({ users: this.users }) }),
      await LyingHttp.open({
        'GET /products/p1/reviews': ({ url }) => ({
          reviews: this.reviews.slice(0, Number(url.searchParams.get('first'))),
        }),
      }),
    ];
  }

  /** The token that goes on after an order is its place. */
  private ordersPage({ pageSize, pageToken }: ordersWire.ListOrdersRequest): ordersWire.ListOrdersResponse {
    const start = Number(pageToken || 0);
    const orders = this.orders.slice(start, start + pageSize);
    const pageTokens = orders.map((_, i) => String(start + i + 1));
    const nextPageToken = start + pageSize < this.orders.length ? pageTokens.at(-1)! : '';
    return { orders, pageTokens, nextPageToken };
  }
}
