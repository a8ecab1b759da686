import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from './client.ts';
import { hangUp, json, problem, scriptedGateway, type Step } from './gateway.fixture.ts';
import { getOrder, getMe, placeOrder, updateMe, getAttachment } from './generated/operations.ts';
import { webHome } from './generated/trusted.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function gateway(...steps: Step[]) {
  const found = await scriptedGateway(...steps);
  opened.push(found);
  return { ...found, client: createClient({ baseUrl: found.url }) };
}

const ORDER = { lines: [{ productId: 'p1', quantity: 1 }] };
const me = json(200, { id: 'u1' });

describe('a call', () => {
  it('puts each member of its input where the document says', async () => {
    const { client, requests } = await gateway(json(201, {}));
    await placeOrder(client, ORDER, { fields: ['id', 'total.currency'], timeoutMs: 2_000 });
    const [{ url, method, headers, text }] = requests as [(typeof requests)[0]];
    expect([method, url, text]).toEqual(['POST', '/v1/orders?fields=id%2Ctotal.currency', JSON.stringify(ORDER)]);
    expect(headers['idempotency-key']).toMatch(/^"[\w-]{20,}"$/);
    expect(Number(headers['x-request-timeout-ms'])).toBeGreaterThan(1_000);
  });

  it('escapes ids, so that none reaches another route', async () => {
    const { client, requests } = await gateway(problem(404, 'NOT_FOUND'));
    await getOrder(client, { id: '../me?x=1#' });
    expect(requests[0]!.url).toBe('/v1/orders/..%2Fme%3Fx%3D1%23');
  });

  it('hands bytes over unread', async () => {
    const { client } = await gateway((response) => response.end('bytes'));
    const file = await getAttachment(client, { orderId: 'o1', id: 'a1' });
    expect(file.ok && (await file.data.text())).toBe('bytes');
  });
});

describe('a failed call', () => {
  it.each([
    ['no answer', hangUp],
    ['503', problem(503, 'OVERLOADED', { 'retry-after': '0' })],
    ['502 of a proxy', json(502, 'Bad gateway')],
    ['429', problem(429, 'RATE_LIMITED', { 'retry-after': '0' })],
  ])('is repeated if it is a read: %s', async (_, first) => {
    const { client, requests } = await gateway(first, me);
    expect(await getMe(client)).toMatchObject({ ok: true, data: { id: 'u1' } });
    expect(requests.length).toBe(2);
  });

  it('is repeated with its key, and not without one', async () => {
    const { client, requests } = await gateway(
      hangUp,
      problem(409, 'IDEMPOTENCY_IN_FLIGHT'),
      json(201, { id: 'o1' }),
    );
    expect(await placeOrder(client, ORDER)).toMatchObject({ ok: true });
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
    const other = await gateway(hangUp);
    expect(await updateMe(other.client, { name: 'Ada' })).toMatchObject({ error: { code: 'NETWORK', status: 0 } });
    expect(other.requests.length).toBe(1);
  });

  it('is not repeated when the gateway asks for more time than there is, and says how much', async () => {
    const { client, requests } = await gateway(problem(429, 'RATE_LIMITED', { 'retry-after': '60' }));
    expect(await getMe(client)).toMatchObject({
      error: { code: 'RATE_LIMITED', retryAfterMs: 60_000, requestId: 'r1' },
    });
    expect(requests.length).toBe(1);
  });

  it('ends at its deadline, and by the signal of its caller', async () => {
    const { client } = await gateway(() => {});
    expect(await getMe(client, {}, { timeoutMs: 30 })).toMatchObject({ error: { code: 'TIMEOUT' } });
    const controller = new AbortController();
    const call = getMe(client, {}, { signal: controller.signal });
    controller.abort();
    expect(await call).toMatchObject({ error: { code: 'ABORTED' } });
  });

  it('has a code of the client where the document names none', async () => {
    const { client } = await gateway(problem(418, 'TEAPOT'));
    expect(await getMe(client)).toMatchObject({ error: { code: 'UNEXPECTED', problem: { code: 'TEAPOT' } } });
    const proxy = await gateway((response) =>
      response.writeHead(403, { 'content-type': 'text/html' }).end('<html>'),
    );
    expect(await getMe(proxy.client)).toMatchObject({
      error: { code: 'UNEXPECTED', status: 403, message: 'Status 403 with text/html' },
    });
    const cut = await gateway((response) => response.end('{"id":'));
    expect(await getMe(cut.client)).toMatchObject({ error: { code: 'UNEXPECTED', status: 200 } });
  });
});

describe('an older gateway', () => {
  it('is told apart from a missing object', async () => {
    const { client } = await gateway(problem(404, 'NOT_FOUND', {}, 'There is no resource at this path.'));
    expect(await getMe(client)).toMatchObject({ error: { code: 'NOT_SUPPORTED', status: 404 } });
  });

  const unknown = (response: Parameters<Step>[0]) =>
    graphql(404, 'GRAPHQL_UNKNOWN_DOCUMENT')(response, {} as never);
  const graphql = (status: number, code: string) =>
    json(status, { errors: [{ message: '', extensions: { code } }] });
  const home = json(200, { data: { home: {} } });

  it('that takes no hashes is asked for trusted operations by name, from then on', async () => {
    const { client, requests } = await gateway(unknown, unknown, home);
    expect(await webHome(client)).toMatchObject({ ok: true });
    expect(await webHome(client)).toMatchObject({ ok: true });
    const ids = requests.map(({ url }) => new URL(url!, 'http://x').searchParams.get('documentId'));
    expect(ids).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/), 'sha256:', 'web/home', 'web/home']);
  });

  it('that takes hashes and lacks this one is not asked for another text of the same name', async () => {
    const { client, requests } = await gateway(unknown, graphql(400, 'BAD_REQUEST'));
    expect(await webHome(client)).toMatchObject({ error: { code: 'NOT_SUPPORTED' } });
    expect(requests.length).toBe(2);
  });
});
