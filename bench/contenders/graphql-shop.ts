// A hand-written schema that answers the document the web shop asks with (clients/web/home.graphql), and nothing more.
import DataLoader from 'dataloader';
import { productsOf, recentOrders, recommendations, userOf } from './shop.ts';

export const typeDefs = `
  type User { id: ID! name: String! email: String! avatarUrl: String }
  type Money { amountMinor: Float! currency: String! }
  type Product {
    id: ID! name: String! description: String! price: Money! inStock: Boolean! rating: Float imageUrl: String
  }
  type Line { productId: ID! name: String! quantity: Int! unitPrice: Money! product: Product }
  type Order { id: ID! status: String! placedAt: String! total: Money! lines: [Line!]! }
  type Degraded { part: String! reason: String! }
  type Home {
    user: User
    recentOrders(first: Int = 5): [Order!]
    recommendations(first: Int = 10): [Product!]
    degraded: [Degraded!]!
  }
  type Query { home: Home! }
`;

/** What resolvers are given: fresh for every request. */
export const context = () => ({ products: new DataLoader(productsOf) });

export const resolvers = {
  Query: { home: () => ({ degraded: [] }) },
  Home: {
    user: () => userOf('u0'),
    recentOrders: (_: unknown, { first }: { first: number }) => recentOrders(first),
    recommendations: (_: unknown, { first }: { first: number }) => recommendations(first),
  },
  Line: {
    product: ({ productId }: { productId: string }, _: unknown, { products }: ReturnType<typeof context>) =>
      products.load(productId),
  },
};
