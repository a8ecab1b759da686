import { DpopClient, type Tokens } from '#test/support/dpop-client';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateProof } from 'dpop';
import request from 'supertest';

let shop: Shop;
let client: DpopClient;
let tokens: Tokens;
beforeAll(async () => {
  shop = await Shop.open({ TRUST_PROXY: 'loopback', CORS_ORIGINS: 'https://shop.example' });
  client = await DpopClient.at(shop);
  tokens = (await client.logIn()).body as Tokens;
});
afterAll(() => shop?.close());

const url = () => shop.gateway.url;
const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
const challengeOf = ({ status, headers }: request.Response) => [
  status,
  /^(\w+)(?: error="(\w+)")?/.exec(headers['www-authenticate'] as string)?.slice(1),
];

describe('a client that logs in with a proof', () => {
  it('has tokens that are bound to its key', () => {
    expect(tokens.tokenType).toBe('DPoP');
    expect(payloadOf(tokens.accessToken)['cnf']).toEqual({ jkt: client.thumbprint });
  });

  it('comes in with a proof for each request, by every door', async () => {
    expect((await client.send(tokens.accessToken, 'get', '/v1/me?fields=id')).body).toEqual({ id: 'u1' });
    expect((await client.send(tokens.accessToken, 'patch', '/v1/me', {})).status).toBe(200);
    const graphql = await client.send(tokens.accessToken, 'post', '/graphql', { query: '{ me { id } }' });
    expect(graphql.body).toEqual({ data: { me: { id: 'u1' } } });
    // The path that the client has asked for, not the one that it was routed by.
    expect((await client.send(tokens.accessToken, 'get', '/me')).status).toBe(200);
  });

  it('logs in by GraphQL, too', async () => {
    const query =
      'mutation { login(input: { email: "ada@example.com", password: "analytical-engine" }) { tokenType accessToken } }';
    const { body } = await client.forTokens('/graphql', { query });
    const { login } = (body as { data: { login: Tokens } }).data;
    expect([login.tokenType, payloadOf(login.accessToken)['cnf']]).toEqual(['DPoP', { jkt: client.thumbprint }]);
  });

  it('refreshes with the same key alone', async () => {
    const { refreshToken } = (await client.logIn()).body as Tokens;
    const thief = await DpopClient.at(shop);
    expect((await thief.forTokens('/v1/auth/refresh', { refreshToken })).status).toBe(401);
    expect((await request(url()).post('/v1/auth/refresh').send({ refreshToken })).status).toBe(401);
    const next = (await client.forTokens('/v1/auth/refresh', { refreshToken })).body as Tokens;
    expect(next.tokenType).toBe('DPoP');
    expect((await client.send(next.accessToken, 'get', '/v1/me')).status).toBe(200);
  });

  it('is told what is wrong with its proof, before its password is looked at', async () => {
    const wrong = await generateProof(client.keys, `${url()}/v1/auth/refresh`, 'POST');
    const answer = await request(url())
      .post('/v1/auth/login')
      .set({ dpop: wrong })
      .send({ email: 'a', password: 'b' });
    expect([answer.status, answer.body]).toMatchObject([
      400,
      { code: 'BAD_REQUEST', detail: 'invalid_dpop_proof: htu does not match the URL.' },
    ]);
  });
});

describe('a token that is bound to a key', () => {
  it('is refused as a bearer token', async () => {
    const answer = await request(url())
      .get('/v1/me')
      .set({ authorization: `Bearer ${tokens.accessToken}` });
    expect(challengeOf(answer)).toEqual([401, ['Bearer', 'invalid_token']]);
  });

  it.each<[string, (token: string) => Promise<Record<string, string>>]>([
    ['without a proof', async () => ({})],
    [
      'with a proof of another key',
      async (token) => ({
        dpop: await (await DpopClient.at(shop)).proof('GET', '/v1/me', token),
      }),
    ],
    ['with a proof for another method', async (token) => ({ dpop: await client.proof('POST', '/v1/me', token) })],
    [
      'with a proof for another address',
      async (token) => ({ dpop: await client.proof('GET', '/v1/home', token) }),
    ],
    ['with a proof of another token', async () => ({ dpop: await client.proof('GET', '/v1/me', 'another') })],
    ['with a proof of no token', async () => ({ dpop: await client.proof('GET', '/v1/me') })],
    [
      'with the address of a stranger’s host',
      async (token) => ({
        dpop: await generateProof(client.keys, 'https://evil.example/v1/me', 'GET', undefined, token),
      }),
    ],
  ])('is refused %s', async (_, headers) => {
    const { accessToken } = tokens;
    const given = await headers(accessToken);
    const answer = await request(url())
      .get('/v1/me')
      .set({ authorization: `DPoP ${accessToken}`, ...given });
    expect(challengeOf(answer)).toEqual([401, ['DPoP', 'invalid_dpop_proof']]);
    expect(answer.headers['www-authenticate']).toContain('algs="ES256 Ed25519 EdDSA PS256 RS256"');
    expect((answer.body as { code: string }).code).toBe('UNAUTHENTICATED');
  });

  it('is refused with a proof that was used', async () => {
    const headers = await client.headers(tokens.accessToken, 'GET', '/v1/me');
    expect((await request(url()).get('/v1/me').set(headers)).status).toBe(200);
    const again = await request(url()).get('/v1/me').set(headers);
    expect(challengeOf(again)).toEqual([401, ['DPoP', 'invalid_dpop_proof']]);
    expect(again.headers['www-authenticate']).toContain('the proof was used before');
  });

  it('is refused with two proofs', async () => {
    const { authorization, dpop } = await client.headers(tokens.accessToken, 'GET', '/v1/me');
    const other = await client.proof('GET', '/v1/me', tokens.accessToken);
    const answer = await fetch(`${url()}/v1/me`, {
      headers: [
        ['authorization', authorization],
        ['dpop', dpop],
        ['dpop', other],
      ],
    });
    expect(answer.status).toBe(401);
  });

  it('may be brought to the address that a trusted proxy is asked by', async () => {
    const { accessToken } = tokens;
    const outside = 'https://api.shop.example/v1/me';
    const proof = async () => ({
      authorization: `DPoP ${accessToken}`,
      dpop: await generateProof(client.keys, outside, 'GET', undefined, accessToken),
    });
    const forwarded = {
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'api.shop.example',
    };
    expect(
      (
        await request(url())
          .get('/v1/me')
          .set({ ...(await proof()), ...forwarded })
      ).status,
    ).toBe(200);
    expect(
      (
        await request(url())
          .get('/v1/me')
          .set(await proof())
      ).status,
    ).toBe(401);
  });

  it('ends with its session', async () => {
    const { accessToken } = (await client.logIn()).body as Tokens;
    expect((await client.send(accessToken, 'post', '/v1/auth/logout-all')).status).toBe(204);
    const answer = await client.send(accessToken, 'get', '/v1/me');
    expect(challengeOf(answer)).toEqual([401, ['DPoP', 'invalid_token']]);
    tokens = (await client.logIn()).body as Tokens;
  });
});

describe('a bearer token', () => {
  it('is refused as one that is bound', async () => {
    const { email, password } = { email: 'ada@example.com', password: 'analytical-engine' };
    const { body } = await request(url()).post('/v1/auth/login').send({ email, password });
    const answer = await client.send((body as Tokens).accessToken, 'get', '/v1/me');
    expect(challengeOf(answer)).toEqual([401, ['DPoP', 'invalid_token']]);
    expect((body as Tokens).tokenType).toBe('Bearer');
  });

  it('may become bound by a refresh with a proof', async () => {
    const ada = { email: 'ada@example.com', password: 'analytical-engine' };
    const { body } = await request(url()).post('/v1/auth/login').send(ada);
    const { refreshToken } = body as Tokens;
    const next = (await client.forTokens('/v1/auth/refresh', { refreshToken })).body as Tokens;
    expect([next.tokenType, (await client.send(next.accessToken, 'get', '/v1/me')).status]).toEqual(['DPoP', 200]);
  });
});

it('tells clients without a token that they may bring proofs, and pages of other origins may read of it', async () => {
  const answer = await request(url()).get('/v1/me').set({ origin: 'https://shop.example' });
  expect(answer.headers['www-authenticate']).toBe('Bearer, DPoP algs="ES256 Ed25519 EdDSA PS256 RS256"');
  expect(answer.headers['access-control-expose-headers']).toContain('DPoP-Nonce');
});
