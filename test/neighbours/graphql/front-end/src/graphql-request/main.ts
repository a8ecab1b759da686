import { print } from 'graphql';
import { ClientError, GraphQLClient } from 'graphql-request';
import * as documents from '../codegen/documents.ts';
import { type At, bearer, serve, type Result, type ResultError } from '../front-end.ts';

type Options = ConstructorParameters<typeof GraphQLClient>[1];

const clientOf = ({ url, token }: At, options: Options = {}) =>
  new GraphQLClient(`${url}/graphql`, { headers: bearer(token), ...options });

function errorOf(error: unknown): ResultError {
  const kind = (error as Error).constructor.name;
  if (!(error instanceof ClientError)) return { kind };
  const { status, headers, errors } = error.response;
  const retryAfter = (headers as Headers).get('retry-after');
  return { kind, code: errors?.[0]?.extensions['code'], status, retryAfter };
}

async function result(requested: Promise<unknown>): Promise<Result> {
  try {
    return { data: await requested, error: null };
  } catch (error) {
    return { data: null, error: errorOf(error) };
  }
}

let left: AbortController;

serve({
  product: async ({ id, ...at }) => (await clientOf(at).request(documents.product, { id, related: 2 })).product,

  async placeOrder({ productId, quantity, ...at }) {
    const variables = { input: { lines: [{ productId, quantity }] } };
    return (await clientOf(at).request(documents.placeOrder, variables)).placeOrder;
  },

  async logIn({ url, email, password }) {
    const { login } = await clientOf({ url }).request(documents.logIn, { input: { email, password } });
    const { me } = await clientOf({ url, token: login!.accessToken }).request(documents.me);
    return { tokenType: login!.tokenType, name: me!.name };
  },

  front: (at) => result(clientOf(at).request(documents.front)),
  async frontWhole(at) {
    const { data, errors } = await clientOf(at, { errorPolicy: 'all' }).rawRequest(print(documents.front));
    return { data, error: errors ? { kind: 'errors', code: errors[0]!.extensions['code'] } : null };
  },

  refetch: async ({ id, ...at }) => (await clientOf(at).request(documents.again, { id })).node,

  byGet: async (at) => (await clientOf(at, { method: 'GET' }).request(documents.me)).me!.name,

  begin(at) {
    left = new AbortController();
    return result(clientOf(at, { signal: left.signal }).request(documents.orders, { first: 3 }));
  },
  leave: async () => left.abort(),

  async renew({ url, token, refreshToken }) {
    const client = clientOf({ url, token });
    try {
      return (await client.request(documents.me)).me!.name;
    } catch (error) {
      if (!(error instanceof ClientError) || error.response.status !== 401) throw error;
      const { refresh } = await clientOf({ url }).request(documents.refresh, { input: { refreshToken } });
      client.setHeaders(bearer(refresh!.accessToken));
      return (await client.request(documents.me)).me!.name;
    }
  },

  limited: (at) => result(clientOf(at).request(documents.product, { id: 'p1', related: 2 })),

  upload: (at) => {
    const avatarUrl = new File(['x'], 'x.png') as unknown as string;
    return result(clientOf(at).request(documents.rename, { input: { avatarUrl } }));
  },
});
