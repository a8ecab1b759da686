// Constant-time upstreams that speak the project's own contracts, all in one process: what is measured is the gateway.
import { createServer } from 'node:http';
import { byRpcName, orders, products, type UsersApi } from '#libs/contracts';
import { freePort } from '#libs/process';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';

const price = { amountMinor: 1999, currency: 'USD' };
const when = new Date('2026-01-01T00:00:00Z');

const user = (id: string): UsersApi['User'] => ({
  id,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  avatarUrl: 'https://images.example.com/ada.png',
  role: 'customer',
  createdAt: when.toISOString(),
});

const product = (id: string): products.Product => ({
  id,
  name: `Product ${id}`,
  description: 'Much like the others, and always the same.',
  category: 'things',
  price,
  available: 5,
  rating: 4.5,
  imageUrl: `https://images.example.com/${id}.png`,
  attributes: {},
});

const order = (n: number): orders.Order => ({
  id: `o${n}`,
  userId: 'u1',
  status: orders.OrderStatus.PAID,
  total: { amountMinor: 5997, currency: 'USD' },
  placedAt: when,
  lines: [1, 2].map((m) => ({ productId: `p${2 * n + m}`, name: 'Product', quantity: m, unitPrice: price })),
  reservationId: '',
});

const many = <T>(count: number, one: (n: number) => T) => Array.from({ length: count }, (_, n) => one(n));

type Answer = (question: { pageSize: number; ids: string[] }) => object;

const rpcs: [ServiceDefinition, Record<string, Answer>][] = [
  [orders.OrdersServiceService, { ListRecentOrders: ({ pageSize }) => ({ orders: many(pageSize, order) }) }],
  [
    products.ProductsServiceService,
    {
      ListRecommendedProducts: ({ pageSize }) => ({ products: many(pageSize, (n) => product(`p${n}`)) }),
      ListRelatedProducts: ({ pageSize }) => ({ products: many(pageSize, (n) => product(`p${n}`)) }),
      BatchGetProducts: ({ ids }) => ({ products: ids.map(product) }),
    },
  ],
];

const http = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://upstream');
  const ids = searchParams.get('ids')?.split(',') ?? [];
  const answers: Record<string, object> = {
    '/users': { users: ids.map(user) },
    '/credential-checks': { user: user('u0') },
  };
  const answer = answers[pathname] ?? { reviews: [] };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
const grpc = new Server();
for (const [definition, answers] of rpcs) {
  const methods = byRpcName(definition);
  const answered = Object.fromEntries(Object.entries(methods).filter(([name]) => name in answers));
  const handlers = Object.entries(answers).map(([name, answer]) => [
    name,
    (call: { request: Parameters<Answer>[0] }, done: (error: null, value: object) => void) =>
      done(null, answer(call.request)),
  ]);
  grpc.addService(answered, Object.fromEntries(handlers) as UntypedServiceImplementation);
}

const [httpPort, grpcPort] = [await freePort(), await freePort()];
await new Promise<void>((resolve) => http.listen(httpPort, '127.0.0.1', resolve));
await new Promise<void>((resolve, reject) =>
  grpc.bindAsync(`127.0.0.1:${grpcPort}`, ServerCredentials.createInsecure(), (error) =>
    error ? reject(error) : resolve(),
  ),
);
process.on('disconnect', () => process.exit(0));
process.send!({
  USERS_URL: `http://127.0.0.1:${httpPort}`,
  ORDERS_URL: `127.0.0.1:${grpcPort}`,
  PRODUCTS_URL: `127.0.0.1:${grpcPort}`,
  REVIEWS_URL: `http://127.0.0.1:${httpPort}`,
});
