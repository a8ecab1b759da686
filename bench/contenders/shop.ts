// The calls behind the home page with nothing around them: no deadline, no retry, no identity. What the bare contenders ask with.
import { orders, products, type UsersApi } from '#libs/contracts';
import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js';
import { Pool } from 'undici';

const { USERS_URL, ORDERS_URL, PRODUCTS_URL } = process.env as Record<string, string>;
const users = new Pool(USERS_URL!, { connections: 16, pipelining: 1 });
const ordersChannel = new Client(ORDERS_URL!, credentials.createInsecure());
const productsChannel = new Client(PRODUCTS_URL!, credentials.createInsecure());

function unary<Question, Answer>(channel: Client, method: MethodDefinition<Question, Answer>) {
  return (question: Question) =>
    new Promise<Answer>((resolve, reject) => {
      const done = (error: Error | null, answer?: Answer) => (error ? reject(error) : resolve(answer!));
      const { path, requestSerialize, responseDeserialize } = method;
      channel.makeUnaryRequest(path, requestSerialize, responseDeserialize, question, new Metadata(), done);
    });
}

const listOrders = unary(ordersChannel, orders.OrdersServiceService.listRecentOrders);
const listRecommended = unary(productsChannel, products.ProductsServiceService.listRecommendedProducts);
const batchGet = unary(productsChannel, products.ProductsServiceService.batchGetProducts);

export async function userOf(id: string) {
  const { body } = await users.request({ path: `/users?ids=${id}`, method: 'GET' });
  const [user] = ((await body.json()) as UsersApi['UserList']).users;
  const { name, email, avatarUrl, role } = user!;
  return { id, name, email, avatarUrl, role };
}

export async function recentOrders(pageSize: number) {
  return (await listOrders({ pageSize })).orders.map(({ id, status, total, placedAt, lines }) => ({
    id,
    status: orders.OrderStatus[status],
    total,
    placedAt: placedAt!.toISOString(),
    lines: lines.map(({ productId, name, quantity, unitPrice }) => ({ productId, name, quantity, unitPrice })),
  }));
}

export async function recommendations(pageSize: number) {
  return (await listRecommended({ pageSize })).products.map(toView);
}

export async function productsOf(ids: readonly string[]) {
  const byId = new Map((await batchGet({ ids: [...ids] })).products.map((one) => [one.id, toView(one)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** What `GET /v1/home` answers. */
export async function home(id: string) {
  const [user, its, best] = await Promise.all([userOf(id), recentOrders(5), recommendations(10)]);
  return { user, recentOrders: its, recommendations: best, degraded: [] };
}

function toView({ available, rating, imageUrl, ...product }: products.Product) {
  const { id, name, description, category, price } = product;
  return { id, name, description, category, price, inStock: available > 0, rating, imageUrl };
}

/** Tells the bench where it is, and ends with it. */
export function announce(port: number): void {
  process.send!({ url: `http://127.0.0.1:${port}` });
  process.on('disconnect', () => process.exit(0));
}
