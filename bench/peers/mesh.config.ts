// The same three upstreams as one supergraph, from the project's own contracts.
import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadGrpcSubgraph } from '@omnigraph/grpc';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';

const { CONTRACTS, USERS_URL, ORDERS_URL, PRODUCTS_URL } = process.env as Record<string, string>;
const proto = (file: string) => ({
  file: `${CONTRACTS}/proto/${file}`,
  load: { includeDirs: [`${CONTRACTS}/proto`] },
});
// An RPC is a query where its name begins with one of these.
const prefixQueryMethod = ['get', 'list', 'batchget'];

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadOpenAPISubgraph('users', {
        source: `${CONTRACTS}/openapi/users.json`,
        endpoint: USERS_URL!,
      }),
    },
    {
      sourceHandler: loadGrpcSubgraph('orders', {
        endpoint: ORDERS_URL!,
        source: proto('shop/orders/v1/orders.proto'),
        prefixQueryMethod,
      }),
    },
    {
      sourceHandler: loadGrpcSubgraph('products', {
        endpoint: PRODUCTS_URL!,
        source: proto('shop/products/v1/products.proto'),
        prefixQueryMethod,
      }),
    },
  ],
  additionalTypeDefs: `
    extend type shop__orders__v1__OrderLine {
      product: shop__products__v1__Product @resolveTo(
        sourceName: "products"
        sourceTypeName: "Query"
        sourceFieldName: "shop_products_v1_ProductsService_BatchGetProducts"
        keyField: "product_id"
        keysArg: "input.ids"
        result: "products"
      )
    }
  `,
});
