import { isAdminRoute } from '#gateway/declare/admin-route';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { ChatClient } from '#test/support/chat-client';
import { Shop } from '#test/support/shop';
import request, { type Response } from 'supertest';

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
const GRACE = { email: 'grace@example.com', password: 'nanosecond-wire' };
const PAGE = { 'x-csrf': '1' };
const CUSTOMER = ['profile:read', 'profile:write', 'orders:read', 'orders:write', 'reviews:write'];
/** The table of docs/security.md: what reviewers have agreed to. */
const rows = [...readFileSync('docs/security.md', 'utf8').matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(
  ([, streams, who]) => ({ door: streams!, who: who! }),
);
const access = new Access();
let shop: Shop;
let order: string;
/** Who comes: the header they come with, and what they may do. */
const ACTORS: Record<string, { headers(): Record<string, string>; scopes?: readonly string[] }> = {
  anonymous: { headers: () => ({}) },
  customer: { headers: () => access.of('u1'), scopes: CUSTOMER },
  'other customer': { headers: () => access.of('u3'), scopes: CUSTOMER },
  admin: { headers: () => access.admin, scopes: [...CUSTOMER, 'admin'] },
  'without scopes': { headers: () => access.of('u1', ''), scopes: [] },
  expired: { headers: () => access.expired('u1') },
};

/** What is sent through a door: a body, a path with what it has for parameters, by default ids of nobody. */
type Sample = { path?: () => string; body?: () => object | Promise<object>; headers?: Record<string, string> };

const newUser = (() => {
  let n = 0;
  return () => ({ name: 'Somebody', email: `matrix-${(n += 1)}@example.com`, password: 'a phrase of their own' });
})();
const aRefreshToken = async () => ({ refreshToken: await logIn().then(({ refreshToken }) => refreshToken) });
const noUpload = () => ({ uploadId: 'none' });

const SAMPLES: Record<string, Sample> = {
  'GET /bff/callback': { path: () => '/bff/callback?code=x&state=y' },
  'GET /admin/events/system': { path: () => '/admin/events/system?wait=0' },
  'GET /admin/events/user-activity': { path: () => '/admin/events/user-activity?wait=0' },
  'GET /v1/events': { path: () => '/v1/events?wait=0' },
  'GET /v1/events/clock': { path: () => '/v1/events/clock?wait=0' },
  'GET /v1/events/system': { path: () => '/v1/events/system?wait=0' },
  'GET /v1/events/user-activity': { path: () => '/v1/events/user-activity?wait=0' },
  'GET /v1/orders/:id': { path: () => `/v1/orders/${order}` },
  'GET /v1/orders/:id/events': { path: () => `/v1/orders/${order}/events?wait=0` },
  'GET /v1/orders/:orderId/attachments': { path: () => `/v1/orders/${order}/attachments` },
  'POST /v1/orders/:orderId/attachments': { path: () => `/v1/orders/${order}/attachments`, body: noUpload },
  'PUT /v1/me/avatar': { body: noUpload },
  'PUT /v1/products/:id/image': { path: () => '/v1/products/p1/image', body: noUpload },
  'POST /v1/orders/reports': { body: () => ({ year: 2025 }) },
  'POST /v1/products/:id/image': { path: () => '/v1/products/p1/image', body: noUpload },
  'POST /v1/products/import': { body: () => Buffer.from('id'), headers: { 'content-type': 'text/csv' } },
  'GET /v1/views/:client/:operation': { path: () => '/v1/views/web/product?id=p1' },
  'POST /admin/api-keys': { body: () => ({ name: 'matrix', scopes: ['orders:read'] }) },
  'POST /admin/ui/jobs/:id/replay': { headers: PAGE },
  'POST /v1/assistant/chat': { body: () => ({ messages: [{ role: 'user', content: 'Hello' }] }) },
  'POST /admin/login': { body: () => GRACE, headers: PAGE },
  'POST /admin/profiles': { body: () => ({}) },
  'POST /admin/ui/profiles': { body: () => ({}), headers: PAGE },
  'POST /admin/rehearse': { body: () => ({ nobody: {} }) },
  'POST /admin/reload': { body: () => ({}) },
  'PUT /admin/log-level': { body: () => ({}) },
  'POST /admin/login/form': { headers: PAGE },
  'POST /admin/logout': { headers: PAGE },
  'POST /admin/logout/form': { headers: PAGE },
  'POST /admin/broadcast': { body: () => ({ message: 'hello' }) },
  'PATCH /admin/api-keys/:id': { body: () => ({}) },
  'PATCH /v1/me': { body: () => ({}) },
  'DELETE /v1/me': { path: () => '/v1/me?unknown=so-that-it-stays' },
  'POST /admin/cache/invalidate': { body: () => ({ tags: ['none'] }) },
  'POST /bff/backchannel-logout': { body: () => ({}) },
  'POST /bff/login': { body: () => ADA, headers: PAGE },
  'POST /bff/logout': { headers: PAGE },
  'POST /v1/auth/login': { body: () => ADA },
  'POST /v1/auth/logout': { body: aRefreshToken },
  'POST /v1/auth/password': { body: () => ({ currentPassword: 'x', newPassword: 'a phrase of their own' }) },
  'POST /v1/auth/refresh': { body: aRefreshToken },
  'POST /v1/auth/register': { body: newUser },
  'QUERY /v1/products': { body: () => ({}) },
  'POST /v1/orders': { body: () => ({ lines: [{ productId: 'p1', quantity: 1 }] }) },
  'POST /v1/products/:id/reviews': { body: () => ({ rating: 5, text: 'x' }) },
  'POST /v1/orders/exports': { body: () => ({}) },
  'POST /v1/orders/:id/cancel': { path: () => `/v1/orders/${order}/cancel` },
};

const FIELDS: Record<string, () => string | Promise<string>> = {
  'mutation deleteAccount': () => 'deleteAccount @skip(if: true) { ok }',
  'mutation cancelOrder': () => `cancelOrder(input: { id: "${order}" }) { __typename }`,
  'mutation login': () => `login(input: { email: "${ADA.email}", password: "${ADA.password}" }) { tokenType }`,
  'mutation logout': async () =>
    `logout(input: { refreshToken: "${(await aRefreshToken()).refreshToken}" }) { ok }`,
  'mutation placeOrder': () => 'placeOrder(input: { lines: [{ productId: "p1", quantity: 1 }] }) { __typename }',
  'mutation refresh': async () =>
    `refresh(input: { refreshToken: "${(await aRefreshToken()).refreshToken}" }) { tokenType }`,
  'mutation updateProfile': () => 'updateProfile(input: { name: "Ada" }) { user { id } }',
  'mutation writeReview': () => 'writeReview(input: { productId: "p1", rating: 5, text: "x" }) { __typename }',
  'query home': () => 'home { user { id } }',
  'query me': () => 'me { id }',
  'query node': () => `node(id: "${order}") { id }`,
  'query order': () => `order(id: "${order}") { order { id } }`,
  'query orders': () => 'orders { nodes { id } }',
  'query product': () => 'product(id: "p1") { product { id } }',
  'query products': () => 'products { total }',
  'subscription notifications': () => 'notifications { id }',
  'subscription orderStatus': () => `orderStatus(id: "${order}") { status }`,
};

/** What is said over a socket. */
const MESSAGES: Record<string, () => object> = {
  'socket history': () => ({ orderId: order }),
  'socket join': () => ({ orderId: order }),
  'socket leave': () => ({ orderId: order }),
  'socket message': () => ({ orderId: order, clientId: 'matrix', text: 'Hello' }),
  'socket seen': () => ({ orderId: order, id: '1-0' }),
  'socket typing': () => ({ orderId: order, isTyping: false }),
};

/** Doors to what belongs to one customer: for another it is not there. */
const OWNED = [
  'GET /v1/orders/:id',
  'POST /v1/orders/:id/cancel',
  'GET /v1/orders/:orderId/attachments',
  'query order',
  'mutation cancelOrder',
  'socket join',
  'socket message',
];

beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
  order = (await request(shop.gateway.url).get('/v1/orders').set(access.of('u1'))).body.items[0].id as string;
});
afterAll(() => shop?.close());

async function logIn() {
  return (await request(shop.gateway.url).post('/v1/auth/login').send(ADA)).body as {
    accessToken: string;
    refreshToken: string;
  };
}

type Came = Pick<Response, 'status' | 'headers' | 'body'>;

/** The head of an answer that may be a stream. */
async function subscribe(query: string, headers: Record<string, string>): Promise<Came> {
  const answer = await fetch(`${shop.gateway.url}/graphql`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
    body: JSON.stringify({ query }),
  });
  const { status, headers: answerHeaders } = answer;
  const isStream = answerHeaders.get('content-type')!.startsWith('text/event-stream');
  if (isStream) await answer.body!.cancel();
  return { status, headers: Object.fromEntries(answerHeaders), body: isStream ? {} : await answer.json() };
}

async function speak(streams: string, headers: Record<string, string>): Promise<Came> {
  const client = ChatClient.open(shop.gateway.url, undefined, { extraHeaders: headers, reconnection: false });
  try {
    await client.decided();
    const [refused] = client.all('(connect_error)') as { data: { status: number } }[];
    if (refused) return { status: refused.data.status, headers: {}, body: refused.data };
    const { error } = await client.send(streams.split(' ')[1]!, MESSAGES[streams]!());
    return { status: (error as { status?: number } | undefined)?.status ?? 200, headers: {}, body: error ?? {} };
  } finally {
    client.close();
  }
}

async function come(streams: string, headers: Record<string, string>): Promise<Came> {
  const [method, path] = streams.split(' ') as [string, string];
  if (streams in MESSAGES) return speak(streams, headers);
  if (method === 'subscription') return subscribe(`subscription { ${await FIELDS[streams]!()} }`, headers);
  if (streams in FIELDS) {
    const document = { query: `${method} { ${await FIELDS[streams]!()} }` };
    return request(shop.gateway.url).post('/graphql').set(headers).send(document);
  }
  const sample: Sample = SAMPLES[streams] ?? (/^POST .shop/.test(streams) ? { headers: PAGE } : {});
  const { path: at = () => path.replaceAll(/:\w+/g, 'of-nobody'), body, headers: own } = sample;
  const where = isAdminRoute(path) ? shop.gateway.adminUrl : shop.gateway.url;
  const test = request(where)[method.toLowerCase() as 'get'](at()).redirects(0);
  return test.set({ ...own, ...headers }).send(body ? await body() : undefined);
}

/** What the guard does: lets in, or refuses with a status. What comes after it may still find nothing. */
function doneTo({ status, headers, body }: Came, isHead: boolean): 'in' | 401 | 403 {
  const { detail, errors } = body as { detail?: string; errors?: { message?: string }[] };
  const text = detail ?? errors?.[0]?.message ?? '';
  if (status === 403) return 403;
  const isGuard =
    isHead ||
    headers['www-authenticate'] === 'Bearer error="invalid_token"' ||
    text.startsWith('A token is required');
  return status === 401 && isGuard ? 401 : 'in';
}

function expected(who: string, actor: string): 'in' | 401 | 403 {
  if (who.startsWith('everyone; tokens are ignored')) return 'in';
  if (actor === 'expired') return 401;
  if (who === 'everyone') return 'in';
  const { scopes } = ACTORS[actor]!;
  if (!scopes) return 401;
  const required = [...who.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope!);
  return required.every((scope) => scopes.includes(scope)) ? 'in' : 403;
}

describe.each(Object.keys(ACTORS))('%s', (actor) => {
  it.each(rows)('at $door, which is for $who', async ({ door: streams, who }) => {
    const answer = await come(streams, ACTORS[actor]!.headers());
    expect(doneTo(answer, streams.startsWith('HEAD '))).toBe(expected(who, actor));
    expect(answer.status).toBeLessThan(500);
    if (expected(who, actor) === 401 && !streams.startsWith('socket'))
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });
});

describe('what belongs to one customer', () => {
  it.each(OWNED)('is not there for another: %s', async (streams) => {
    const { status, body } = await come(streams, access.of('u3'));
    const { code, errors } = body as { code?: string; errors?: { extensions: { code: string } }[] };
    expect(code ?? errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(status).toBe(/^(query|mutation|subscription)/.test(streams) ? 200 : 404);
  });

  it('is not ended by another: a session', async () => {
    const { accessToken } = await logIn();
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()) as { sid: string };
    const end = (headers: Record<string, string>) =>
      request(shop.gateway.url).delete(`/v1/auth/sessions/${claims.sid}`).set(headers);
    expect((await end(access.of('u3'))).status).toBe(404);
    expect((await end(access.admin)).status).toBe(404);
    expect((await end(access.of('u1'))).status).toBe(204);
  });
});

const NO_BODY = /^(POST|PATCH) \/(v1\/(uploads|auth\/logout-all)|admin\/jobs|shop\/)/;

it('has a sample of every door that needs one', () => {
  const withParameters = rows.filter(({ door: streams }) =>
    /^(POST|PATCH|PUT) |^(query|mutation|subscription|socket) /.test(streams),
  );
  const known = [...Object.keys(SAMPLES), ...Object.keys(FIELDS), ...Object.keys(MESSAGES)];
  const unknown = withParameters.map(({ door: streams }) => streams).filter((streams) => !known.includes(streams));
  expect(unknown.filter((streams) => !NO_BODY.test(streams))).toEqual([]);
});
