import {
  commitMutation,
  createOperationDescriptor,
  type Environment,
  fetchQuery,
  getRequest,
  type GraphQLTaggedNode,
  type MutationParameters,
  getSingularSelector,
  type OperationType,
  requestSubscription,
} from 'relay-runtime';
import { serve, type Result, type ResultError } from '../front-end.ts';
import logIn, { type documentsLogInMutation } from './artifacts/documentsLogInMutation.graphql.ts';
import cardFragment from './artifacts/documentsCard.graphql.ts';
import cardRefetch, { type documentsCardRefetchQuery } from './artifacts/documentsCardRefetchQuery.graphql.ts';
import frontQuery, { type documentsFrontQuery } from './artifacts/documentsFrontQuery.graphql.ts';
import frontWholeQuery, { type documentsFrontWholeQuery } from './artifacts/documentsFrontWholeQuery.graphql.ts';
import me, { type documentsMeQuery } from './artifacts/documentsMeQuery.graphql.ts';
import orderStatus, {
  type documentsOrderStatusSubscription,
} from './artifacts/documentsOrderStatusSubscription.graphql.ts';
import ordersPagination, {
  type documentsOrdersPaginationQuery,
} from './artifacts/documentsOrdersPaginationQuery.graphql.ts';
import ordersQuery, { type documentsOrdersQuery } from './artifacts/documentsOrdersQuery.graphql.ts';
import ordersFragment, { type documentsOrders$data } from './artifacts/documentsOrders.graphql.ts';
import placeOrder, { type documentsPlaceOrderMutation } from './artifacts/documentsPlaceOrderMutation.graphql.ts';
import product, { type documentsProductQuery } from './artifacts/documentsProductQuery.graphql.ts';
import refresh, { type documentsRefreshMutation } from './artifacts/documentsRefreshMutation.graphql.ts';
import rename, { type documentsRenameMutation } from './artifacts/documentsRenameMutation.graphql.ts';
import trustedMe from './persisted/documentsMeQuery.graphql.ts';
import { environmentOf, fetching } from './environment.ts';

function errorOf(error: unknown): ResultError {
  const { name, source } = error as Error & { source?: { errors?: { extensions?: Record<string, unknown> }[] } };
  const { code, retryAfterSeconds } = source?.errors?.[0]?.extensions ?? {};
  return { kind: name, code, retryAfter: retryAfterSeconds };
}

async function result(requested: Promise<unknown>): Promise<Result> {
  try {
    return { data: await requested, error: null };
  } catch (error) {
    return { data: null, error: errorOf(error) };
  }
}

const mutate = <Mutation extends MutationParameters>(
  environment: Environment,
  mutation: GraphQLTaggedNode,
  variables: Mutation['variables'],
): Promise<Mutation['response']> =>
  new Promise((resolve, reject) => {
    commitMutation<Mutation>(environment, {
      mutation,
      variables,
      onCompleted: (response, errors) => (errors?.length ? reject(errors[0]) : resolve(response)),
      onError: reject,
    });
  });

const requested = <Query extends OperationType>(
  environment: Environment,
  query: GraphQLTaggedNode,
  variables: Query['variables'],
): Promise<Query['response'] | undefined> => fetchQuery<Query>(environment, query, variables).toPromise();

/** What the store shows, without a request. */
const read = (environment: Environment, query: GraphQLTaggedNode, variables: object) =>
  environment.lookup(createOperationDescriptor(getRequest(query), variables).fragment);

let leave = () => {};

serve({
  product: async ({ id, ...at }) =>
    (await requested<documentsProductQuery>(environmentOf(at), product, { id }))!.product,

  async placeOrder({ productId, quantity, ...at }) {
    const variables = { input: { lines: [{ productId, quantity }] } };
    return (await mutate<documentsPlaceOrderMutation>(environmentOf(at), placeOrder, variables)).placeOrder;
  },

  async logIn({ url, email, password }) {
    const variables = { input: { email, password } };
    const { login } = await mutate<documentsLogInMutation>(environmentOf({ url }), logIn, variables);
    const found = await requested<documentsMeQuery>(environmentOf({ url, token: login!.accessToken }), me, {});
    return { tokenType: login!.tokenType, name: found!.me!.name };
  },

  front: (at) => result(requested<documentsFrontQuery>(environmentOf(at), frontQuery, {})),

  async frontWhole(at) {
    const data = await requested<documentsFrontWholeQuery>(environmentOf(at), frontWholeQuery, {});
    const { orders } = data!;
    if (orders!.ok) return { data, error: null };
    const [error] = orders!.errors as { extensions?: { code?: unknown } }[];
    return { data, error: { kind: '@catch', code: error!.extensions?.code } };
  },

  async trusted(at) {
    const fetched = fetching(at, (id) => ({ documentId: `relay/${id}` }));
    const found = await requested<documentsMeQuery>(environmentOf(at, { fetched }), trustedMe, {});
    return found!.me!.name;
  },

  async follow({ orderId, over, ...at }) {
    const statuses: string[] = [];
    await new Promise<void>((resolve, reject) =>
      requestSubscription<documentsOrderStatusSubscription>(environmentOf(at, { over }), {
        subscription: orderStatus,
        variables: { id: orderId },
        onNext: (data) => statuses.push(data!.orderStatus.status),
        onCompleted: () => resolve(),
        onError: reject,
      }),
    );
    return statuses;
  },

  begin: (at) =>
    new Promise((resolve) => {
      const source = fetchQuery<documentsOrdersQuery>(environmentOf(at), ordersQuery, { count: 3 });
      const { unsubscribe } = source.subscribe({
        next: resolve,
        error: (error: Error) => resolve(errorOf(error)),
      });
      leave = () => {
        unsubscribe();
        resolve({ data: null, error: null });
      };
    }),
  leave: async () => leave(),

  async pages({ count, ...at }) {
    const environment = environmentOf(at);
    await requested<documentsOrdersQuery>(environment, ordersQuery, { count });
    const connection = () => {
      const { data } = read(environment, ordersPagination, { count });
      const selector = getSingularSelector(ordersFragment, data as never)!;
      return (environment.lookup(selector).data as unknown as documentsOrders$data).orders as unknown as {
        edges: { node: { id: string } }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    };
    const cursor = connection().pageInfo.endCursor;
    await requested<documentsOrdersPaginationQuery>(environment, ordersPagination, { count, cursor });
    const { edges, pageInfo } = connection();
    return { ids: edges.map(({ node }) => node.id), hasNext: pageInfo.hasNextPage };
  },

  async refetch({ id, ...at }) {
    const environment = environmentOf(at);
    const found = await requested<documentsCardRefetchQuery>(environment, cardRefetch, { id });
    const card = getSingularSelector(cardFragment, found!.node as never)!;
    return { __typename: 'Product', ...(environment.lookup(card).data as object) };
  },

  async rename({ name, ...at }) {
    const environment = environmentOf(at);
    const before = (await requested<documentsMeQuery>(environment, me, {}))!.me!.name;
    await mutate<documentsRenameMutation>(environment, rename, { input: { name } });
    const after = read(environment, me, {}).data as documentsMeQuery['response'];
    return { before, after: after.me!.name };
  },

  limited: (at) => result(requested<documentsProductQuery>(environmentOf(at), product, { id: 'p1' })),

  upload: (at) => {
    const avatarUrl = new File(['x'], 'x.png') as unknown as string;
    return result(mutate<documentsRenameMutation>(environmentOf(at), rename, { input: { avatarUrl } }));
  },

  async renew({ url, token, refreshToken }) {
    try {
      return (await requested<documentsMeQuery>(environmentOf({ url, token }), me, {}))!.me!.name;
    } catch (error) {
      if (errorOf(error).code !== 'UNAUTHENTICATED') throw error;
      const variables = { input: { refreshToken } };
      const renewed = await mutate<documentsRefreshMutation>(environmentOf({ url }), refresh, variables);
      const again = environmentOf({ url, token: renewed.refresh!.accessToken });
      return (await requested<documentsMeQuery>(again, me, {}))!.me!.name;
    }
  },
});
