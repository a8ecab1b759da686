import { createHash } from 'node:crypto';
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  Observable,
  ServerError,
} from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { getOperationAST, print } from 'graphql';
import { type Client as SseClient, createClient as createSseClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { filter, firstValueFrom } from 'rxjs';
import { MobileOrdersDocument } from '../codegen/clients/graphql.ts';
import * as documents from '../codegen/documents.ts';
import { type At, bearer, serve, type Result, type ResultError, warningsOf } from '../front-end.ts';
import { WITHOUT_ID } from '../without-id.ts';

const httpLink = ({ url, token }: At, options: HttpLink.Options = {}) =>
  new HttpLink({ uri: `${url}/graphql`, headers: bearer(token), ...options });

/** A client as its guide has it: a link, and a cache. */
const clientOf = (at: At, link: ApolloLink = httpLink(at)) =>
  new ApolloClient({ link, cache: new InMemoryCache() });

const webSocketClient = ({ url, token }: At) =>
  createWebSocketClient({ url: `${url.replace('http', 'ws')}/graphql`, connectionParams: bearer(token) });

/** The recipe of graphql-sse for Apollo Client. */
class GraphQLSseLink extends ApolloLink {
  private readonly client: SseClient;

  constructor({ url, token }: At) {
    super();
    this.client = createSseClient({ url: `${url}/graphql`, headers: bearer(token) });
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    return new Observable((observer) =>
      this.client.subscribe(
        { ...operation, query: print(operation.query) },
        {
          next: (result) => observer.next(result as ApolloLink.Result),
          error: observer.error.bind(observer),
          complete: observer.complete.bind(observer),
        },
      ),
    );
  }
}

function errorOf(error: unknown): ResultError {
  const { name } = error as Error;
  if (CombinedGraphQLErrors.is(error)) {
    const { code, retryAfterSeconds } = error.errors[0]!.extensions!;
    return { kind: name, code, retryAfter: retryAfterSeconds };
  }
  if (!ServerError.is(error)) return { kind: name };
  const { code } = JSON.parse(error.bodyText).errors[0].extensions;
  return { kind: name, code, status: error.statusCode, retryAfter: error.response.headers.get('retry-after') };
}

async function resultOf(result: Promise<{ data?: unknown; error?: unknown }>): Promise<Result> {
  try {
    const { data = null, error } = await result;
    return { data, error: error ? errorOf(error) : null };
  } catch (error) {
    return { data: null, error: errorOf(error) };
  }
}

let leave = () => {};

serve({
  async product({ id, ...at }) {
    const { data } = await clientOf(at).query({ query: documents.product, variables: { id, related: 2 } });
    return data!.product;
  },

  async placeOrder({ productId, quantity, ...at }) {
    const variables = { input: { lines: [{ productId, quantity }] } };
    const { data } = await clientOf(at).mutate({ mutation: documents.placeOrder, variables });
    return data!.placeOrder;
  },

  async logIn({ url, email, password }) {
    const variables = { input: { email, password } };
    const { data } = await clientOf({ url }).mutate({ mutation: documents.logIn, variables });
    const { accessToken, tokenType } = data!.login!;
    const requested = await clientOf({ url, token: accessToken }).query({ query: documents.me });
    return { tokenType, name: requested.data!.me!.name };
  },

  front: (at) => resultOf(clientOf(at).query({ query: documents.front })),
  frontWhole: (at) => resultOf(clientOf(at).query({ query: documents.front, errorPolicy: 'all' })),

  async hashed(at) {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const link = new PersistedQueryLink({ sha256 }).concat(httpLink(at));
    const client = clientOf(at, link);
    await client.query({ query: documents.homeName });
    const { data } = await client.query({ query: documents.homeName, fetchPolicy: 'network-only' });
    return data!.home!.user!.name;
  },

  async trusted(at) {
    // What a manifest says: the name of an operation, and the id it is known by.
    const ids: Record<string, string> = { MobileOrders: 'mobile/orders' };
    const link = new PersistedQueryLink({
      generateHash: (document) => ids[getOperationAST(document)!.name!.value]!,
    });
    const client = clientOf(at, link.concat(httpLink(at)));
    const { data } = await client.query({ query: MobileOrdersDocument, variables: { first: 2 } });
    return data!.orders!.nodes.length;
  },

  async byGet(at) {
    const client = clientOf(at, httpLink(at, { useGETForQueries: true }));
    return (await client.query({ query: documents.me })).data!.me!.name;
  },

  follow({ orderId, over, ...at }) {
    const link = over === 'ws' ? new GraphQLWsLink(webSocketClient(at)) : new GraphQLSseLink(at);
    const events = clientOf(at, link).subscribe({ query: documents.orderStatus, variables: { id: orderId } });
    const statuses: string[] = [];
    return new Promise((resolve, reject) =>
      events.subscribe({
        next: ({ data, error }) => (error ? reject(error) : statuses.push(data!.orderStatus.status)),
        error: reject,
        complete: () => resolve(statuses),
      }),
    );
  },

  followPlainly({ orderId, ...at }) {
    const events = clientOf(at).subscribe({ query: documents.orderStatus, variables: { id: orderId } });
    return resultOf(firstValueFrom(events));
  },

  async batched({ url, token }) {
    const link = new BatchHttpLink({ uri: `${url}/graphql`, headers: bearer(token) });
    const client = clientOf({ url, token }, link);
    const [first] = await Promise.all([
      resultOf(client.query({ query: documents.me })),
      resultOf(client.query({ query: documents.front })),
    ]);
    return first;
  },

  async begin(at) {
    const left = new AbortController();
    const context = { fetchOptions: { signal: left.signal } };
    const result = resultOf(clientOf(at).query({ query: documents.orders, variables: { first: 3 }, context }));
    leave = () => left.abort();
    return result;
  },
  leave: async () => leave(),

  async pages({ count, ...at }) {
    const cache = new InMemoryCache({ typePolicies: { Query: { fields: { orders: relayStylePagination() } } } });
    const client = new ApolloClient({ link: httpLink(at), cache });
    const watched = client.watchQuery({ query: documents.orders, variables: { first: count } });
    const { data } = await firstValueFrom(watched.pipe(filter(({ dataState }) => dataState === 'complete')));
    await watched.fetchMore({ variables: { after: data!.orders!.pageInfo!.endCursor } });
    const { orders } = client.readQuery({ query: documents.orders, variables: { first: count } })!;
    return { ids: orders!.edges.map(({ node }) => node.id), hasNext: orders!.pageInfo.hasNextPage };
  },

  async refetch({ id, ...at }) {
    const client = clientOf(at);
    const { data } = await client.query({ query: documents.again, variables: { id } });
    return data!.node;
  },

  async rename({ name, ...at }) {
    const client = clientOf(at);
    const before = (await client.query({ query: documents.me })).data!.me!.name;
    await client.mutate({ mutation: documents.rename, variables: { input: { name } } });
    const { data } = await client.query({ query: documents.me, fetchPolicy: 'cache-only' });
    return { before, after: data!.me!.name };
  },

  async embedded({ isConfigured, ...at }) {
    const merged = Object.fromEntries(WITHOUT_ID.map((name) => [name, { merge: true }]));
    const cache = new InMemoryCache(isConfigured ? { typePolicies: merged } : {});
    const client = new ApolloClient({ link: httpLink(at), cache });
    const warnings = await warningsOf(async () => {
      await client.query({ query: documents.homeName });
      await client.query({ query: documents.homeProducts });
    });
    return { warnings, kept: client.readQuery({ query: documents.homeName }) !== null };
  },

  async renew({ url, token, refreshToken }) {
    const tokens = { access: token };
    const authLink = new SetContextLink(({ headers }) => ({ headers: { ...headers, ...bearer(tokens.access) } }));
    const renewLink = new ErrorLink(({ error, operation, forward }) => {
      if (errorOf(error).code !== 'UNAUTHENTICATED') return;
      const variables = { input: { refreshToken } };
      const renewed = clientOf({ url }).mutate({ mutation: documents.refresh, variables });
      return new Observable((observer) => {
        renewed.then(({ data }) => {
          tokens.access = data!.refresh!.accessToken;
          forward(operation).subscribe(observer);
        }, observer.error.bind(observer));
      });
    });
    const client = clientOf({ url }, ApolloLink.from([renewLink, authLink, httpLink({ url })]));
    return (await client.query({ query: documents.me })).data!.me!.name;
  },

  limited: (at) => resultOf(clientOf(at).query({ query: documents.product, variables: { id: 'p1', related: 2 } })),

  upload: (at) => {
    const avatarUrl = new File(['x'], 'x.png') as unknown as string;
    return resultOf(clientOf(at).mutate({ mutation: documents.rename, variables: { input: { avatarUrl } } }));
  },
});
