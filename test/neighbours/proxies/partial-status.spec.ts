import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cacheExchange, Client as Urql, fetchExchange } from '@urql/core';
import { ClientError, GraphQLClient } from 'graphql-request';
import { Access } from '#test/support/access';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Proxy } from '#test/support/neighbours/proxy';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { ALL, QUICK } from './all.ts';
import { Arrivals } from './arrivals.ts';
import { type Deployed, isFull, PAGES_IDLE_SECONDS } from './deployed.ts';
import { BEHIND_A_PROXY } from './proxied-shop.ts';
import { visit } from './visit.ts';

jest.setTimeout(60_000);

const GRAPHQL = 'application/graphql-response+json';
const query = '{ products(pageSize: 40) { items { id name } } order(id: "nothing") { order { id } } }';
const access = new Access();
const headers = access.of('u1');
let shop: Shop;
/** Of the same services, with the status 200 for the same answers. */
let plain: SecondGateway;
let arrivals: Arrivals;

beforeAll(async () => {
  const settings = { ...BEHIND_A_PROXY, JWT_PRIVATE_KEY: access.privateKey };
  shop = await Shop.open({ ...settings, GRAPHQL_PARTIAL_STATUS: '294' });
  plain = await secondGateway(shop, () => settings);
  arrivals = new Arrivals(Number(new URL(shop.gateway.url).port));
});
afterAll(async () => {
  arrivals?.close();
  await plain?.gateway.stop();
  await shop?.close();
});

/** What a client makes of an answer: its data and the codes of its errors, and whether it calls it a failure. */
interface Outcome {
  data: unknown;
  codes: unknown[];
  isFailure: boolean;
}

/** The statuses that clients were answered with. */
const statuses: number[] = [];
const recorded: typeof fetch = async (...given) => {
  const answer = await fetch(...given);
  statuses.push(answer.status);
  return answer;
};

const codesOf = (errors: readonly { extensions?: { code?: unknown } }[] | undefined) =>
  (errors ?? []).map(({ extensions }) => extensions?.code);

/** Clients of other makes with their defaults, or with what they are told to do about errors. */
const CLIENTS: Record<string, (url: string) => Promise<Outcome>> = {
  async fetch(url) {
    const accept = `${GRAPHQL}, application/json;q=0.9`;
    const answer = await recorded(url, {
      method: 'POST',
      headers: { ...headers, accept, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await answer.json()) as { data: unknown; errors: object[] };
    return { data, codes: codesOf(errors), isFailure: !answer.ok };
  },
  async urql(url) {
    const fetchOptions = { headers };
    const client = new Urql({
      url,
      fetch: recorded,
      fetchOptions,
      preferGetMethod: false,
      exchanges: [cacheExchange, fetchExchange],
    });
    const { data, error } = await client.query(query, {}).toPromise();
    return { data, codes: codesOf(error?.graphQLErrors), isFailure: error?.networkError !== undefined };
  },
  'urql by GET': async (url) => {
    const fetchOptions = { headers };
    const client = new Urql({
      url,
      fetch: recorded,
      fetchOptions,
      preferGetMethod: 'force',
      exchanges: [cacheExchange, fetchExchange],
    });
    const { data, error } = await client.query(query, {}).toPromise();
    return { data, codes: codesOf(error?.graphQLErrors), isFailure: error?.networkError !== undefined };
  },
  'Apollo Client': (url) => byApollo(url, 'none'),
  "Apollo Client, errorPolicy 'all'": (url) => byApollo(url, 'all'),
  'graphql-request': (url) => byGraphqlRequest(url, 'none'),
  "graphql-request, errorPolicy 'all'": (url) => byGraphqlRequest(url, 'all'),
};

async function byApollo(uri: string, errorPolicy: 'none' | 'all'): Promise<Outcome> {
  const client = new ApolloClient({
    link: new HttpLink({ uri, headers, fetch: recorded }),
    cache: new InMemoryCache(),
  });
  try {
    const { data, error } = await client.query({ query: gql(query), errorPolicy });
    return { data, codes: CombinedGraphQLErrors.is(error) ? codesOf(error.errors) : [], isFailure: false };
  } catch (error) {
    return {
      data: undefined,
      codes: CombinedGraphQLErrors.is(error) ? codesOf(error.errors) : [],
      isFailure: true,
    };
  }
}

async function byGraphqlRequest(url: string, errorPolicy: 'none' | 'all'): Promise<Outcome> {
  const client = new GraphQLClient(url, { headers, errorPolicy, fetch: recorded });
  try {
    const { data, errors } = await client.rawRequest(query);
    return { data, codes: codesOf(errors), isFailure: false };
  } catch (error) {
    const { response } = error as ClientError;
    return { data: response.data, codes: codesOf(response.errors), isFailure: true };
  }
}

describe('a client of another make takes 294 as it takes 200', () => {
  it.each(Object.keys(CLIENTS))('%s', async (name) => {
    const send = CLIENTS[name]!;
    statuses.splice(0);
    const [partial, whole] = [
      await send(`${shop.gateway.url}/graphql`),
      await send(`${plain.gateway.url}/graphql`),
    ];
    expect(statuses).toEqual([294, 200]);
    expect(partial.codes).toEqual(['NOT_FOUND']);
    expect(partial).toEqual(whole);
  });

  it('all but those that drop data with any error have the data', async () => {
    const outcomes = await Promise.all(
      Object.entries(CLIENTS).map(
        async ([name, send]) => [name, await send(`${shop.gateway.url}/graphql`)] as const,
      ),
    );
    const without = outcomes.filter(([, { data }]) => data === undefined).map(([name]) => name);
    const failed = outcomes.filter(([, { isFailure }]) => isFailure).map(([name]) => name);
    expect([without, failed]).toEqual([['Apollo Client'], ['Apollo Client', 'graphql-request']]);
  });
});

for (const deployed of isFull ? ALL : QUICK) {
  describeWith([deployed.program], `${deployed.name}, as its page has it`, () => passesPartialStatus(deployed));
}

function passesPartialStatus(deployed: Deployed): void {
  let proxy: Proxy;
  let url: string;
  beforeAll(async () => {
    const gateways = [new URL(shop.gateway.url).host];
    proxy = await Proxy.start(deployed.make, (port, folder) =>
      deployed.configure({ port, folder, gateways, idleSeconds: PAGES_IDLE_SECONDS }),
    );
    url = `http://${proxy.address}/graphql`;
  });
  afterAll(() => proxy?.close());

  it('passes 294 with its body, by POST and by GET, and keeps neither', async () => {
    const accept = { ...headers, accept: GRAPHQL };
    const search = `?query=${encodeURIComponent(query)}&by=${encodeURIComponent(deployed.name)}`;
    const pending = [
      await visit(url, { method: 'POST', body: { query }, headers: accept }),
      await visit(url + search, { headers: accept }),
      await visit(url + search, { headers: accept }),
    ];
    for (const answer of pending) {
      expect([answer.status, answer.headers['content-type']]).toEqual([294, `${GRAPHQL}; charset=utf-8`]);
      expect(codesOf(answer.json<{ errors: object[] }>().errors)).toEqual(['NOT_FOUND']);
    }
    expect(arrivals.of(`/graphql${search}`)).toHaveLength(2);
  });

  it('passes what the gateway has packed', async () => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, accept: GRAPHQL, 'content-type': 'application/json', 'accept-encoding': 'gzip' },
      body: JSON.stringify({ query }),
    });
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([294, 'gzip']);
    expect(codesOf(((await answer.json()) as { errors: object[] }).errors)).toEqual(['NOT_FOUND']);
  });

  it.each(Object.keys(CLIENTS))('is no hindrance to %s', async (name) => {
    statuses.splice(0);
    expect(await CLIENTS[name]!(url)).toEqual(await CLIENTS[name]!(`${shop.gateway.url}/graphql`));
    expect(statuses).toEqual([294, 294]);
  });
}
