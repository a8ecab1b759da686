import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { cacheExchange, Client as Urql, fetchExchange } from '@urql/core';
import { serverAudits } from 'graphql-http';
import { GraphQLClient } from 'graphql-request';

const shop = await Shop.open();
const url = `${shop.gateway.url}/graphql`;
afterAll(() => shop.close());

const audits = serverAudits({ url });

describe('GraphQL over HTTP', () => {
  it('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id: $name', async ({ fn }) => {
    const result = await fn();
    expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
  });
});

describe('a client with its defaults', () => {
  const query = 'query Product($id: ID!) { product(id: $id) { product { id name } } }';
  const variables = { id: 'p1' };
  let authorization: string;

  beforeAll(async () => {
    authorization = `Bearer ${(await Client.of(shop, 'ada')).token}`;
  });

  it('urql asks by POST and by GET', async () => {
    for (const preferGetMethod of [false, true] as const) {
      const client = new Urql({ url, preferGetMethod, exchanges: [cacheExchange, fetchExchange] });
      const { data, error } = await client.query(query, variables).toPromise();
      expect([error, (data as { product: { product: { id: string } } }).product.product.id]).toEqual([
        undefined,
        'p1',
      ]);
    }
  });

  it('Apollo Client asks, by POST and by GET, and mutates', async () => {
    for (const useGETForQueries of [false, true]) {
      const link = new HttpLink({ uri: url, useGETForQueries, headers: { authorization } });
      const client = new ApolloClient({ link, cache: new InMemoryCache() });
      const { data } = await client.query({ query: gql(query), variables });
      expect((data as { product: { product: { id: string } } }).product.product.id).toBe('p1');
      const mutation = gql('mutation { updateProfile(input: { name: "Ada Lovelace" }) { user { name } } }');
      expect((await client.mutate({ mutation })).data).toMatchObject({
        updateProfile: { user: { name: 'Ada Lovelace' } },
      });
    }
  });

  it('graphql-request asks by POST and by GET', async () => {
    for (const method of ['POST', 'GET'] as const) {
      const client = new GraphQLClient(url, { method, headers: { authorization } });
      expect(await client.request(query, variables)).toMatchObject({ product: { product: { id: 'p1' } } });
    }
  });

  it('is not taken for a forger where it has no cookie, nor let forge where it has one', async () => {
    const get = await fetch(`${url}?query=${encodeURIComponent('{ products { total } }')}`);
    expect(get.status).toBe(200);
    const cookie = '__Host-Http-atrium=stolen';
    const forged = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    expect(forged.status).toBe(403);
  });

  it('cannot mutate by GET', async () => {
    const mutation = 'mutation { logout(input: { refreshToken: "x" }) { ok } }';
    const answer = await fetch(`${url}?query=${encodeURIComponent(mutation)}`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toContain('POST');
  });
});
