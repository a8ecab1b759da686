import {
  cacheExchange,
  Client,
  type ClientOptions,
  type CombinedError,
  type Exchange,
  fetchExchange,
  type OperationResult,
  subscriptionExchange,
} from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { cacheExchange as graphcache } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient } from 'graphql-ws';
import { type At, bearer, serve, type Result, type ResultError, warningsOf } from '../front-end.ts';
import { WITHOUT_ID } from '../without-id.ts';
import * as documents from './documents.ts';

/** A client as its guide has it, with the exchanges that are the default. */
const clientOf = ({ url, token }: At, options: Partial<ClientOptions> = {}) =>
  new Client({
    url: `${url}/graphql`,
    fetchOptions: { headers: bearer(token) },
    exchanges: [cacheExchange, fetchExchange],
    ...options,
  });

function errorOf({ graphQLErrors: [first], name, response }: CombinedError): ResultError {
  const { status, headers } = response ?? {};
  const retryAfter = headers?.get('retry-after') ?? first?.extensions['retryAfterSeconds'];
  return { kind: name, code: first?.extensions['code'], status, retryAfter };
}

async function result(result: PromiseLike<OperationResult<unknown>>): Promise<Result> {
  const { data = null, error } = await result;
  return { data, error: error ? errorOf(error) : null };
}

const overWebSocket = (url: string, tokenNow: () => string | undefined): Exchange => {
  const connectionParams = async () => bearer(tokenNow());
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, connectionParams });
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (subscriber) => ({ unsubscribe: client.subscribe({ query, variables }, subscriber) }),
    }),
  });
};

function statusesOf(client: Client, orderId: string): Promise<string[]> {
  const statuses: string[] = [];
  return new Promise((resolve, reject) => {
    client.subscription(documents.orderStatus, { id: orderId }).subscribe(({ data, error }) => {
      if (error) return reject(error);
      statuses.push(data!.orderStatus.status);
      if (data!.orderStatus.isFinal) resolve(statuses);
    });
  });
}

let leave = () => {};

serve({
  async product({ id, ...at }) {
    const { data } = await clientOf(at).query(documents.product, { id });
    return data!.product;
  },

  async placeOrder({ productId, quantity, ...at }) {
    const { data } = await clientOf(at).mutation(documents.placeOrder, {
      input: { lines: [{ productId, quantity }] },
    });
    return data!.placeOrder;
  },

  async logIn({ url, email, password }) {
    const { data } = await clientOf({ url }).mutation(documents.logIn, { input: { email, password } });
    const { accessToken, tokenType } = data!.login!;
    const requested = await clientOf({ url, token: accessToken }).query(documents.me, {});
    return { tokenType, name: requested.data!.me!.name };
  },

  front: (at) => result(clientOf(at).query(documents.front, {})),

  async hashed(at) {
    const client = clientOf(at, { exchanges: [cacheExchange, persistedExchange(), fetchExchange] });
    await client.query(documents.me, {});
    const { data } = await client.query(documents.me, {}, { requestPolicy: 'network-only' });
    return data!.me!.name;
  },

  byGet: async (at) => (await clientOf(at).query(documents.me, {})).data!.me!.name,

  async trusted(at) {
    const known = persistedExchange({
      enforcePersistedQueries: true,
      enableForMutation: true,
      // The second parameter is the document, with the id that gql.tada has put there.
      generateHash: async (_, document) => (document as { documentId?: string }).documentId!,
    });
    const client = clientOf(at, { exchanges: [cacheExchange, known, fetchExchange] });
    const { data, error } = await client.query(documents.mobileOrders, { first: 2 });
    if (error) throw error;
    return data!.orders!.nodes.length;
  },

  follow({ orderId, over, ...at }) {
    const exchanges = [fetchExchange, ...(over === 'ws' ? [overWebSocket(at.url, () => at.token)] : [])];
    return statusesOf(clientOf(at, { exchanges, fetchSubscriptions: over === 'sse' }), orderId);
  },

  followRenewed({ orderId, expired, token, url }) {
    const tokens = [expired];
    return statusesOf(
      clientOf({ url }, { exchanges: [overWebSocket(url, () => tokens.pop() ?? token)] }),
      orderId,
    );
  },

  begin(at) {
    const source = clientOf(at).query(documents.orders, { first: 3 });
    return new Promise((resolve) => {
      const { unsubscribe } = source.subscribe(resolve);
      leave = () => {
        unsubscribe();
        resolve({ data: null, error: null });
      };
    });
  },
  leave: async () => leave(),

  async pages({ count, ...at }) {
    const cache = graphcache({ resolvers: { Query: { orders: relayPagination() } } });
    const client = clientOf(at, { exchanges: [cache, fetchExchange] });
    const first = await client.query(documents.orders, { first: count });
    await client.query(documents.orders, { first: count, after: first.data!.orders!.pageInfo.endCursor });
    const { orders } = (await client.query(documents.orders, { first: count }, { requestPolicy: 'cache-only' }))
      .data!;
    return { ids: orders!.edges.map(({ node }) => node.id), hasNext: orders!.pageInfo.hasNextPage };
  },

  async refetch({ id, ...at }) {
    const { data } = await clientOf(at).query(documents.again, { id });
    return data!.node;
  },

  async rename({ name, ...at }) {
    const client = clientOf(at, { exchanges: [graphcache({}), fetchExchange] });
    const before = (await client.query(documents.me, {})).data!.me!.name;
    await client.mutation(documents.rename, { input: { name } });
    const { data } = await client.query(documents.me, {}, { requestPolicy: 'cache-only' });
    return { before, after: data!.me!.name };
  },

  async embedded({ isConfigured, ...at }) {
    const keys = Object.fromEntries(WITHOUT_ID.map((name) => [name, () => null]));
    const cache = graphcache(isConfigured ? { keys } : {});
    const client = clientOf(at, { exchanges: [cache, fetchExchange] });
    const warnings = await warningsOf(async () => {
      await client.query(documents.homeName, {});
      await client.query(documents.homeProducts, {});
    });
    const { data } = await client.query(documents.homeName, {}, { requestPolicy: 'cache-only' });
    return { warnings, kept: Boolean(data) };
  },

  async renew({ url, token, refreshToken }) {
    let access = token;
    const auth = authExchange(async ({ appendHeaders, mutate }) => ({
      addAuthToOperation: (operation) => appendHeaders(operation, bearer(access)),
      didAuthError: ({ response }) => response?.status === 401,
      async refreshAuth() {
        const { data } = await mutate(documents.refresh, { input: { refreshToken } });
        access = data!.refresh!.accessToken;
      },
    }));
    const client = clientOf({ url }, { exchanges: [cacheExchange, auth, fetchExchange] });
    return (await client.query(documents.me, {})).data!.me!.name;
  },

  limited: (at) => result(clientOf(at).query(documents.product, { id: 'p1' })),

  upload: (at) => {
    const avatarUrl = new File(['x'], 'x.png') as unknown as string;
    return result(clientOf(at).mutation(documents.rename, { input: { avatarUrl } }));
  },
});
